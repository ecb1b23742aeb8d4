/** What is to be checked from this machine, and what becomes of it. */
import type { MeasuredWith } from '../../engine/report-schema.ts';
import type { ListenerCode } from '../../kinds/listener/code.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import type { RunSettings } from '../../model/request.ts';
import type { ReportLanguage } from '../../report/language/report-language.ts';
import type { Output } from '../output/output-plan.ts';
import type { AskWords } from './held-reports.ts';

export interface RunSession {
  readonly profile?: string;
  /** What assertions and profiles change about the meaning of a pass. */
  readonly asked?: readonly MeasuredWith[];
  readonly endpoints: Iterable<Endpoint>;
  readonly settings: RunSettings;
  readonly outputs: readonly Output[];
  /** How many endpoints there are; for progress. */
  readonly count: number;
  readonly verbose: boolean;
  /** Of pages; absent: English. */
  readonly language?: ReportLanguage;
  /** Show progress on standard error, if that is a terminal. */
  readonly progress: boolean;
  /** Name of the product whose firewall rules are wanted; absent: all. */
  readonly firewall?: string;
  readonly notice?: string;
  /** URL that says which source address it sees; asked when the first public address is met. */
  readonly reflector?: string;
  /** Endpoints are asked as listeners; with the code their proofs are judged. */
  readonly listener?: { readonly code?: ListenerCode };
  /** Asks a person, once everything is measured and before any report is written. */
  readonly askWords?: AskWords;
  /** Keep the history of endpoints and say what changed. */
  readonly history: boolean;
  /** Sign the reports that can carry a signature. */
  readonly sign: boolean;
}
