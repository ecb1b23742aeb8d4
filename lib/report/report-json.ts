/** Reports as they are in JSON: parts of another version that could not be read are back in their place. */
import { type UnreadWords, withUnreadWords } from '../engine/known-words.ts';
import type { EndpointReport, ReportObservation } from '../engine/report-schema.ts';
import { evidenceJson } from '../kinds/evidence.ts';

const isWhole = ({ evidence, unread }: ReportObservation): boolean =>
  evidence.unread === undefined && unread === undefined;

/** The same object where all of it was read. */
export function endpointJson<E extends Pick<EndpointReport, 'observations' | 'unread'>>(report: E): object {
  const written = withUnreadWords(report);
  if (report.observations.every(isWhole)) return written;
  const observations = report.observations.map((observation) => ({
    ...withUnreadWords(observation),
    evidence: evidenceJson(observation.evidence),
  }));
  return { ...written, observations };
}

export const reportJson = <
  R extends { readonly endpoints: readonly EndpointReport[]; readonly unread?: UnreadWords },
>(
  report: R,
): Readonly<Record<string, unknown>> & { readonly endpoints: readonly object[] } => ({
  ...withUnreadWords(report),
  endpoints: report.endpoints.map(endpointJson),
});
