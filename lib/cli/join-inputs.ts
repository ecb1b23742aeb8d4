/** The files that `join` reads: a report, and what the other end knows. */
import type { ReportListener } from '../engine/report-listener.ts';
import type { Report } from '../engine/report-schema.ts';
import type { ListenerCode } from '../kinds/listener/code.ts';
import type { HostText } from '../kinds/listener/host-text/host-packet.ts';
import type { ListenerLog } from '../kinds/listener/listener-log.ts';
import { type InputError, inputError, parsed } from '../model/input-error.ts';
import { message } from './terminal/message.ts';

/** `refusal`: the input is ours, and not to be trusted or of no use here. */
export type RefusedInput = InputError & { readonly refusal?: true };
export type InputRead<T> = { readonly ok: true; readonly value: T } | RefusedInput;

export const refusal = (text: string): RefusedInput => ({ ...inputError(text), refusal: true });

export interface ReportFile {
  readonly report: Report;
  readonly origin: ReportListener['report'];
}

/** A report that has a signature has to fit it. */
export async function readReportFile(path: string): Promise<InputRead<ReportFile>> {
  const { readFileBytes } = await import('../input/request/read-text.ts');
  const { quote } = await import('../input/request/quote.ts');
  const bytes = await readFileBytes(path);
  if (!bytes.ok) return bytes;
  const { isUtf8 } = await import('node:buffer');
  if (!isUtf8(bytes.value)) return inputError(`${quote(path)}: not UTF-8 text`);
  const { parseReport } = await import('./read-report.ts');
  const report = await parseReport(quote(path), new TextDecoder().decode(bytes.value));
  if (!report.ok) return report;
  const { sha256 } = await import('../report/signature/canonical.ts');
  const origin = { sha256: sha256(bytes.value) };
  const { verifyReport } = await import('../report/signature/verify.ts');
  const check = verifyReport(bytes.value);
  if (check.outcome === 'intact')
    return parsed({ report: report.value, origin: { ...origin, keyId: check.signature.keyId } });
  if (check.outcome === 'altered' && !check.isUnsigned)
    return refusal(`${quote(path)}: the report was altered: ${check.faults[0] ?? ''}`);
  message(`${quote(path)} is not signed: whether it was altered is not known`);
  return parsed({ report: report.value, origin });
}

export interface ReadLogFile {
  readonly path: string;
  readonly log: ListenerLog;
  readonly code: ListenerCode;
  readonly origin: ReportListener['log'];
}

export interface ReadHostTextFile {
  readonly path: string;
  readonly text: HostText;
  readonly origin: ReportListener['log'];
}

/** What is joined to a report: one log at most, and texts. */
export interface OtherEnd {
  readonly log?: ReadLogFile;
  readonly texts: readonly ReadHostTextFile[];
}

/** @param ports those that a text is read for */
export async function readEvidence(
  paths: readonly string[],
  ports: ReadonlySet<number>,
): Promise<InputRead<OtherEnd>> {
  const { quote } = await import('../input/request/quote.ts');
  let log: ReadLogFile | undefined;
  const texts: ReadHostTextFile[] = [];
  for (const path of paths) {
    const read = await readOne(path, ports);
    if (!read.ok) return read;
    if ('text' in read.value) texts.push(read.value);
    else if (log === undefined) log = read.value;
    else
      return inputError(
        `${quote(log.path)} and ${quote(path)} are both logs of a listener: join one, and its report with the other`,
      );
  }
  return parsed({ ...(log !== undefined && { log }), texts });
}

async function readOne(
  path: string,
  ports: ReadonlySet<number>,
): Promise<InputRead<ReadLogFile | ReadHostTextFile>> {
  const { decodeHostText, MAX_HOST_TEXT_BYTES, readHostText } = await import(
    '../kinds/listener/host-text/host-text.ts'
  );
  const { readFileBytes } = await import('../input/request/read-text.ts');
  const bytes = await readFileBytes(path, MAX_HOST_TEXT_BYTES);
  if (!bytes.ok) return bytes;
  const { sha256 } = await import('../report/signature/canonical.ts');
  const text = decodeHostText(bytes.value);
  const { holdsBlock } = await import('../kinds/listener/read-listener-block.ts');
  // What is sealed comes first: a stranger can send a listener a line that looks like one of these texts, and its log holds it.
  const isSealed = LOG_BEGINS.test(text) || holdsBlock(text);
  const host = isSealed ? undefined : readHostText(text, ports);
  if (host !== undefined)
    return parsed({ path, text: host, origin: { sha256: sha256(bytes.value), unsigned: host.format } });
  return readLog(path, text, sha256(bytes.value));
}

/** The first line of a listener's log. */
const LOG_BEGINS = /^\uFEFF?\{/;

async function readLog(path: string, text: string, digest: string): Promise<InputRead<ReadLogFile>> {
  const { readListenerLog } = await import('../kinds/listener/listener-log.ts');
  const { holdsBlock, readListenerBlock } = await import('../kinds/listener/read-listener-block.ts');
  const { sealKeysOf } = await import('../kinds/listener/seal-keys.ts');
  const { quote } = await import('../input/request/quote.ts');
  const { CODE_VARIABLE, givenListenerCode } = await import('./listener/listener-code.ts');
  const given = await givenListenerCode(undefined);
  const code =
    given.ok && given.value === undefined && path !== '-' && process.stdin.isTTY
      ? await givenListenerCode('prompt')
      : given;
  if (!code.ok) return code;
  if (code.value === undefined)
    return inputError(
      `join needs the code of the listener: set ${CODE_VARIABLE}. A text of pktmon, pfirewall.log or netstat needs none, but ${quote(path)} is none of these`,
    );
  const read = (holdsBlock(text) ? readListenerBlock : readListenerLog)(text, sealKeysOf(code.value));
  if (!read.ok)
    return read.reason === 'no-log'
      ? inputError(`${quote(path)}: ${read.message}`)
      : refusal(`${quote(path)}: ${read.message}`);
  return parsed({
    path,
    log: read.log,
    code: code.value,
    origin: { sha256: digest, keyId: read.log.start.keyId },
  });
}
