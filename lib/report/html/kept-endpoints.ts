import type { EndpointReport } from '../../engine/report-schema.ts';
import { byVerdictAndPlace } from '../../model/severity-order.ts';

/**
 * The endpoints of a page that is written when the run has ended. They are kept as bytes of JSON: as objects, ten thousand
 * of them need several times the memory.
 */
export interface KeptEndpoints {
  readonly size: number;
  add(report: EndpointReport): void;
  /** In the order in which they came; each is read anew. */
  asTheyCame(): Generator<EndpointReport>;
  /** The most serious first, then by target and name, whatever finished first; each is read anew. */
  inOrder(): Generator<EndpointReport>;
}

interface Kept extends Pick<EndpointReport, 'verdict' | 'target' | 'id'> {
  readonly json: Buffer;
}

export function keepEndpoints(): KeptEndpoints {
  const all: Kept[] = [];
  return {
    get size() {
      return all.length;
    },
    add(report) {
      const { verdict, target, id } = report;
      all.push({ verdict, target, id, json: Buffer.from(JSON.stringify(report)) });
    },
    asTheyCame: () => read(all),
    inOrder: () => read([...all].sort(byVerdictAndPlace)),
  };
}

function* read(all: readonly Kept[]): Generator<EndpointReport> {
  for (const { json } of all) yield JSON.parse(json.toString('utf8')) as EndpointReport;
}
