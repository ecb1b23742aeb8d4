/** Reports of several targets, or of several moments, as one document. It has no signature, as it was never signed. */
import type { EndpointReport, Report } from '../engine/report-schema.ts';
import { concludeEndpoints } from '../engine/verdict/conclude-endpoints.ts';

/** Targets of one run, which have id, times and vantages in common. `reports` is not empty. */
export function mergeTargets(reports: readonly [Report, ...Report[]]): Report {
  const [first, ...others] = reports;
  if (others.length === 0) return first;
  const {
    authorisation: _authorisation,
    profile: _profile,
    signature: _signature,
    writing: _writing,
    ...head
  } = first;
  const vantages = new Map(reports.flatMap((report) => report.vantages.map((one) => [one.id, one] as const)));
  return judged(
    { ...head, ...mergedSettings(reports), vantages: [...vantages.values()] },
    reports.flatMap(({ endpoints }) => endpoints),
  );
}

/** Each says what is true for its own hosts. */
function mergedSettings(reports: readonly Report[]): Pick<Report, 'measuredWith'> {
  const all = reports.flatMap(({ measuredWith = [] }) => measuredWith);
  const measuredWith = [...new Map(all.map((one) => [one.text, one])).values()];
  return measuredWith.length > 0 ? { measuredWith } : {};
}

/** `later` over `earlier`: what it says about an endpoint counts, and it may contain only some endpoints. */
export function updateReport(earlier: Report, later: Report): Report {
  const newer = new Map(later.endpoints.map((one) => [one.id, one]));
  const { signature: _signature, writing: _writing, ...head } = earlier;
  return judged(
    { ...head, finishedAt: later.finishedAt },
    earlier.endpoints.map((one) => newer.get(one.id) ?? one),
  );
}

function judged(report: Report, endpoints: EndpointReport[]): Report {
  return { ...report, endpoints, ...concludeEndpoints(endpoints, report) };
}
