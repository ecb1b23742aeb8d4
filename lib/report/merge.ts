/** Reports of several targets, or of several moments, as one document. It carries no signature: nobody signed it. */
import type { EndpointReport, Report } from '../model/report.ts';
import { emptyCounts, judgeRun, runSummary } from '../verdict/run.ts';

/** Targets of one run, which have id, times and vantages in common. `reports` is not empty. */
export function mergeTargets(reports: readonly [Report, ...Report[]]): Report {
  const [first, ...others] = reports;
  if (others.length === 0) return first;
  const { authorisation: _authorisation, profile: _profile, signature: _signature, ...head } = first;
  const vantages = new Map(reports.flatMap((report) => report.vantages.map((one) => [one.id, one] as const)));
  return judged(
    { ...head, vantages: [...vantages.values()] },
    reports.flatMap(({ endpoints }) => endpoints),
  );
}

/** `later` over `earlier`: what it says of an endpoint counts, and it may say nothing of some. */
export function updateReport(earlier: Report, later: Report): Report {
  const newer = new Map(later.endpoints.map((one) => [one.id, one]));
  const { signature: _signature, ...head } = earlier;
  return judged(
    { ...head, finishedAt: later.finishedAt },
    earlier.endpoints.map((one) => newer.get(one.id) ?? one),
  );
}

function judged(report: Report, endpoints: EndpointReport[]): Report {
  const counts = emptyCounts();
  for (const { verdict } of endpoints) counts[verdict] += 1;
  const vantages = report.vantages.filter(({ unavailable }) => unavailable === undefined).length;
  const partial = report.partial ?? false;
  return {
    ...report,
    endpoints,
    verdict: judgeRun(counts),
    summary: runSummary(counts, { vantages, partial }),
  };
}
