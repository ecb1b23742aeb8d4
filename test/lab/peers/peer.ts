/** Another tester that is asked the same question, from the same vantage. */
import type { Endpoint } from '../../../lib/model/endpoint.ts';
import type { PeerId, Place } from '../case.ts';
import type { Host } from '../host.ts';

export interface Question {
  readonly endpoint: Endpoint;
  readonly place: Place;
  /** Where it runs. */
  readonly host: Host;
  /** PEM file of the authority that the lab trusts. */
  readonly trustFile: string;
  /** Of this run; for files of the tool's own. */
  readonly directory: string;
}

export interface Peer {
  readonly id: PeerId;
  readonly title: string;
  /** Command that says its version, and where in its output that is. */
  readonly version: readonly [command: string, args: readonly string[], pattern: RegExp];
  /** How it is called, for the page. */
  readonly call: string;
  /** How many of it may run at once: the heavy ones keep a core busy each. */
  readonly atOnce: number;
  /** Can it be asked about this endpoint? */
  speaks(endpoint: Endpoint, caseId: string): boolean;
  /** What it says, in one short phrase of its own words. */
  ask(question: Question): Promise<string>;
}

/** One line, and no longer than a table bears. */
export function phrase(text: string, most = 110): string {
  // Colours of terminals are no words.
  const line = text
    .replace(/\u001b\[[\d;]*m/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}

export const target = ({ host, port }: Endpoint): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
