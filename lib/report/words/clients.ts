/** Who can connect: the table of clients of an endpoint, as it was last seen. */
import type { EndpointReport, ReportObservation } from '../../engine/report-schema.ts';
import { lastAttempts } from '../../engine/verdict/last-attempts.ts';
import { answersOf } from '../../kinds/client-answers.ts';
import { englishWording, type Wording } from '../language/wording.ts';
import { visible } from './visible.ts';

export interface ClientTable {
  /** Where it was seen: vantages and addresses that gave the same answers. */
  readonly seenBy: string;
  readonly rows: readonly {
    readonly name: string;
    readonly connects: string;
    readonly why: string;
    readonly known: string;
  }[];
}

/** Different answers that are shown; with more, those of the first vantages and addresses. */
const MOST_TABLES = 4;
/** Vantages and addresses that are named of one table. */
const MOST_NAMED = 6;

/** One table for all that saw the same. Empty without facts of TLS, and for what must not be reachable. */
export function clientTables(
  { expect, observations }: Pick<EndpointReport, 'expect' | 'observations'>,
  wording: Wording = englishWording,
): ClientTable[] {
  if (expect !== 'open') return [];
  const tables = new Map<string, { rows: ClientTable['rows']; by: string[] }>();
  for (const observation of lastAttempts(observations)) {
    const rows = rowsOf(observation, wording);
    if (rows.length === 0) continue;
    const key = JSON.stringify(rows);
    const by = visible(`${observation.vantage} → ${observation.address}`);
    const known = tables.get(key);
    if (known === undefined) tables.set(key, { rows, by: [by] });
    else known.by.push(by);
  }
  return [...tables.values()].slice(0, MOST_TABLES).map(({ rows, by }) => ({
    seenBy:
      by.length > MOST_NAMED
        ? `${by.slice(0, MOST_NAMED).join(', ')}${wording.words.andMore(by.length - MOST_NAMED)}`
        : by.join(', '),
    rows,
  }));
}

const rowsOf = ({ evidence, startedAt }: ReportObservation, { phrase }: Wording): ClientTable['rows'] =>
  answersOf(evidence, startedAt).map(({ name, connects, why, known }) => ({
    name,
    connects: phrase(connects),
    why: visible(phrase(why)),
    known: phrase(known),
  }));
