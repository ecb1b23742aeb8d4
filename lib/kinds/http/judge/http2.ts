/** Words and faults for HTTP/2 that was chosen and failed. */
import type { Fault } from '../../../model/finding.ts';
import { fault } from '../../contract/fault.ts';
import { httpSentence as say } from '../messages.ts';
import type { Http2Error, HttpHop } from '../observation.ts';

/** `RST_STREAM with INTERNAL_ERROR`. */
export const http2Words = ({ frame, code, debug }: Http2Error): string =>
  frame === undefined ? code : `${frame} with ${code}${debug === undefined ? '' : ` ("${debug}")`}`;

/**
 * Answers that came only over HTTP/1.1, or over HTTP/2 with a field that it forbids. What Chromium 156 did with each on
 * loopback: it asks again over HTTP/1.1 for HTTP_1_1_REQUIRED and for nothing else, ignores Upgrade, Connection,
 * Keep-Alive, Proxy-Connection and TE, and refuses Transfer-Encoding.
 */
export function http2Faults(hops: readonly HttpHop[]): Fault[] {
  return hops.flatMap(({ url, statusCode, http2Error: error }) => {
    if (error === undefined) return [];
    const status = statusCode ?? '?';
    if (error.overHttp1 !== true) {
      // The field was ignored, as browsers ignore it.
      return error.field !== undefined && statusCode !== undefined
        ? [
            fault(
              'http.http2-broken',
              say.http2FieldReadOver({ url, status, field: error.field, code: error.code }),
              { severity: 'warn' },
            ),
          ]
        : [];
    }
    // The server did not end the stream: our side refused what it sent.
    if (error.frame === undefined && error.field !== undefined) {
      if (error.fieldSeen === true && error.field.startsWith('transfer-encoding')) {
        const filling = { url, field: error.field, code: error.code, status };
        return [fault('http.http2-broken', say.http2FieldRefusedByAll(filling))];
      }
      return [
        fault(
          'http.http2-broken',
          (error.fieldSeen === true ? say.http2FieldSeen : say.http2FieldRefused)({
            url,
            field: error.field,
            code: error.code,
            status,
          }),
          { severity: 'warn' },
        ),
      ];
    }
    return [fault('http.http2-broken', say.http2Fails({ url, error: http2Words(error), status }))];
  });
}

/** `undefined` for anything but ENHANCE_YOUR_CALM. */
export function enhanceYourCalmFault({ url, http2Error }: HttpHop): Fault | undefined {
  return http2Error?.code === 'ENHANCE_YOUR_CALM'
    ? fault('http.rate-limited', say.http2Calm({ url, error: http2Words(http2Error) }))
    : undefined;
}
