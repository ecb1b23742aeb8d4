/** Statuses that say by themselves who has to act (RFC 9110, RFC 6585, and those that Cloudflare documents). */
import type { Fault } from '../../../model/finding.ts';
import type { Side } from '../../../model/vocabulary.ts';
import { fault } from '../../contract/fault.ts';
import type { Sentence } from '../../contract/sentences.ts';
import { httpSentence as say } from '../messages.ts';
import type { HttpHop, HttpResult } from '../observation.ts';

/** `undefined` for a status that does not say who has to act. */
export function knownStatusFault(
  { statusCode = 0, url, headers = {} }: HttpHop,
  result: HttpResult,
): Fault | undefined {
  const answer = say.status({ url, status: statusCode });
  const wait = waitPhrase(headers['retry-after']);
  const code = cloudflareCode(result);
  if (isCloudflare(headers) && code === 1015) {
    return rateLimited(
      say.statusOfServer({ url, status: statusCode, server: 'Cloudflare error 1015' }),
      wait,
    );
  }
  const origin = cloudflareFault({ statusCode, url, headers }, result);
  if (origin !== undefined) return origin;
  switch (statusCode) {
    case 421:
      return fault('http.misdirected', say.misdirected({ answer }));
    case 429:
      return rateLimited(answer, wait);
    case 503:
      return wait === undefined ? undefined : fault('http.maintenance', say.maintenance({ answer, wait }));
    case 511:
      return fault('prober.captive-portal', say.captivePortal({ answer }));
    default:
      return undefined;
  }
}

/**
 * What Cloudflare says of the site's own settings, DNS or origin server; `undefined` for its other answers. A number of
 * the 1000 class says more than the status with it, which may be 403, 409, 500 or 530.
 */
export function cloudflareFault(
  { statusCode = 0, url, headers = {} }: Pick<HttpHop, 'statusCode' | 'url' | 'headers'>,
  result: HttpResult,
): Fault | undefined {
  if (!isCloudflare(headers) || statusCode < 400) return undefined;
  const code = cloudflareCode(result);
  const ofCode = code === undefined ? undefined : CLOUDFLARE[code];
  const origin = ofCode ?? (statusCode < 1000 ? CLOUDFLARE[statusCode] : undefined);
  if (origin === undefined) return undefined;
  const [side, problem] = origin;
  const status =
    code !== undefined && (ofCode !== undefined || statusCode === 530)
      ? say.statusAndError({ status: statusCode, code })
      : statusCode;
  return fault('http.cdn-origin-failed', say.cloudflare({ url, status, problem }), { side });
}

const rateLimited = (answer: Sentence, wait: Sentence | undefined): Fault =>
  fault(
    'http.rate-limited',
    wait === undefined ? say.rateLimited({ answer }) : say.rateLimitedUntil({ answer, wait }),
  );

/** Retry-After (RFC 9110 §10.2.3): seconds, or a date. */
function waitPhrase(value: string | undefined): Sentence | undefined {
  if (value === undefined) return undefined;
  return /^\d{1,9}$/.test(value)
    ? say.inSeconds({ seconds: value })
    : say.atTime({ time: value.slice(0, 60) });
}

const isCloudflare = (headers: Readonly<Record<string, string>>): boolean =>
  /^cloudflare\b/i.test(headers.server ?? '') || headers['cf-ray'] !== undefined;

/** The number of a page in Cloudflare's 1000 class. */
function cloudflareCode({ bodySample = '', title = '' }: HttpResult): number | undefined {
  const found =
    /error code:\s*(1\d{3})\b|cf-error-code[^>]{0,40}>\s*(1\d{3})\b/i.exec(bodySample) ??
    /\b(?:Error|Fehler|Erreur)\s+(1\d{3})\b/i.exec(title);
  return found === null ? undefined : Number(found[1] ?? found[2]);
}

/** https://developers.cloudflare.com/support/troubleshooting/http-status-codes/ (5xx and 1xxx errors). */
const CLOUDFLARE: Readonly<Record<number, readonly [Side, Sentence]>> = {
  520: ['service', say.cloudflare520({})],
  521: ['host', say.cloudflare521({})],
  522: ['network', say.cloudflare522({})],
  523: ['dns', say.cloudflare523({})],
  524: ['service', say.cloudflare524({})],
  525: ['service', say.cloudflare525({})],
  526: ['service', say.cloudflare526({})],
  527: ['host', say.cloudflare527({})],
  530: ['dns', say.cloudflare530({})],
  1000: ['dns', say.cloudflare1000({})],
  1001: ['dns', say.cloudflare1001({})],
  1002: ['dns', say.cloudflare1002({})],
  1003: ['dns', say.cloudflare1003({})],
  1004: ['dns', say.cloudflare1004({})],
  1014: ['dns', say.cloudflare1014({})],
  1016: ['dns', say.cloudflare1016({})],
  1018: ['dns', say.cloudflare1018({})],
  1019: ['service', say.cloudflare1019({})],
  1023: ['dns', say.cloudflare1023({})],
  1034: ['dns', say.cloudflare1034({})],
  1101: ['service', say.cloudflare1101({})],
  1102: ['service', say.cloudflare1102({})],
  1033: ['host', say.cloudflare1033({})],
};
