/**
 * The message under the title: what was seen, since when, who has to act and what to do first, one observation as
 * evidence, and where the rest of it is. Plain text of a few lines with only visible characters.
 */

import type { EndpointReport } from '../../engine/report-schema.ts';
import { lastAttempts } from '../../engine/verdict/last-attempts.ts';
import { tlsCertificateCauses } from '../../kinds/tls/certificate-causes.ts';
import { MAX_EVENT_TEXT } from '../../model/change-event.ts';
import { utc } from '../../model/units.ts';
import type { Side } from '../../model/vocabulary.ts';
import { printable } from '../../net/printable.ts';
import { SIDE_WORDS } from '../../report/language/common-words.ts';
import { neutral, ownHosts } from '../../report/words/neutral.ts';
import { count, route } from '../../report/words/terms.ts';
import { visible, visibleLines } from '../../report/words/visible.ts';
import type { Expiring } from './certificates.ts';
import type { ChangeContext } from './change-context.ts';
import type { ChangeGroup } from './group.ts';
import { roughly } from './span.ts';

/** Endpoints named in the text; the event itself names more. */
const LISTED = 10;
const LINE = 300;
const FIX_LINES = 6;

export function changeText(group: ChangeGroup, context: ChangeContext, side: Side | undefined): string {
  const { kind, changes } = group;
  const [{ report }] = changes;
  return text([
    neutral(report.summary, ownHosts([report])),
    ...(changes.length > 1 ? listing(changes.map((change) => change.report)) : []),
    '',
    ...sinceLines(group, context),
    ...(kind === 'recovered'
      ? []
      : [...(side === undefined ? [] : [`Who has to act: ${SIDE_WORDS[side]}`]), ...fixLines(report)]),
    ...evidenceLines(report),
    runLine(context.runId),
  ]);
}

export function certificateText(
  { certificate, days, endpoints }: Expiring,
  { runId, finishedAt }: ChangeContext,
): string {
  const left = roughly(Date.parse(certificate.notAfter) - Date.parse(finishedAt));
  return text([
    `The certificate is valid until ${utc(certificate.notAfter)}: ${left} are left; this is reported when fewer than ${count(days, 'day')} are left.`,
    ...listing(endpoints),
    '',
    `Certificate: ${neutral(certificate.subject)}, from ${neutral(certificate.issuer)}, sha256:${certificate.fingerprint256.slice(0, 16)}…`,
    `Who has to act: ${SIDE_WORDS.service}`,
    `To do first: ${tlsCertificateCauses['tls.cert-expires-soon'].next}`,
    runLine(runId),
  ]);
}

function sinceLines({ kind, changes }: ChangeGroup, { startedAt }: ChangeContext): string[] {
  const [{ report, before }] = changes;
  switch (kind) {
    case 'failing':
    case 'exposed':
      return [
        before === undefined
          ? `Since: not known; this is the first run that judged it (${utc(startedAt)})`
          : `Since: ${utc(begunAt(report, startedAt))}; last seen ${before.verdict === 'fail' ? 'failing otherwise' : 'good'} ${utc(before.seen)}`,
      ];
    case 'cause-changed':
      return before === undefined
        ? []
        : [
            `Since: it fails since ${utc(before.since)}; before it was ${before.cause ?? 'for no known cause'}, now ${report.cause ?? 'for no known cause'}`,
          ];
    case 'recovered':
      return before === undefined
        ? []
        : [
            `It had failed since ${utc(before.since)}, for ${roughly(Date.parse(startedAt) - Date.parse(before.since))}${before.cause === undefined ? '' : ` (${before.cause})`}; last seen failing ${utc(before.seen)}`,
          ];
    default:
      return kind satisfies never;
  }
}

const begunAt = ({ history }: EndpointReport, startedAt: string): string =>
  history === undefined || history.atLeast ? startedAt : history.since;

function fixLines(report: EndpointReport): string[] {
  const { fix } = report;
  if (fix === undefined) return [];
  const lines = visibleLines(fix).map((line) => neutral(line, ownHosts([report])));
  const [first = '', ...rest] = lines.slice(0, FIX_LINES);
  return [
    `To do first: ${first}`,
    ...rest,
    ...(lines.length > FIX_LINES ? ['(the rest is in the report)'] : []),
  ];
}

/** The observation that shows the endpoint's cause best: the last attempt of a vantage that saw it. */
function evidenceLines(report: EndpointReport): string[] {
  const { observations, cause, port } = report;
  const last = lastAttempts(observations);
  const shown =
    last.find((one) => cause !== undefined && one.cause === cause) ??
    last.find(({ state }) => state !== 'inconclusive');
  return shown === undefined
    ? []
    : [
        `Evidence: ${route(shown, port)}, ${utc(shown.startedAt)}: ${neutral(shown.summary, ownHosts([report]))}`,
      ];
}

function listing(reports: readonly EndpointReport[]): string[] {
  const rest = reports.length - LISTED;
  return [
    ...reports
      .slice(0, LISTED)
      .map(({ id, cause }) => `- ${printable(id, 160)}${cause === undefined ? '' : ` (${cause})`}`),
    ...(rest > 0 ? [`- and ${count(rest, 'more endpoint')}`] : []),
  ];
}

/** No link: every person who gets the text could open it. */
const runLine = (runId: string): string =>
  `Run: ${runId} (inbound-check run --follow ${runId} shows its report)`;

/** Lines that no longer fit are left out whole, all but the last, which names the run. */
function text(lines: readonly string[]): string {
  const shown = lines.map((line) => printable(visible(line), LINE * 2));
  const [last = ''] = shown.slice(-1);
  let room = MAX_EVENT_TEXT - last.length;
  const kept: string[] = [];
  for (const line of shown.slice(0, -1)) {
    room -= line.length + 1;
    if (room < 0) break;
    kept.push(line);
  }
  return [...kept, last].join('\n');
}
