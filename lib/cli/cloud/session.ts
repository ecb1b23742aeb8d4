/** What commands that wait for a run have in common: following it, its reports, the link, Ctrl-C, the exit status. */

import type { Report } from '../../engine/report-schema.ts';
import { type ParseResult, parsed } from '../../model/input-error.ts';
import { utc } from '../../model/units.ts';
import { visible } from '../../report/words/visible.ts';

import type { ApiClient } from '../../service/contracts/api-client.ts';
import type { RunStatus } from '../../service/contracts/runs.ts';
import type { CreatedShare } from '../../service/contracts/shares.ts';
import type { FailureName } from '../../service/runs/failure.ts';
import { firewallOf } from '../options/firewall-option.ts';
import { EXIT, exitStatusOf } from '../terminal/exit-status.ts';
import { message } from '../terminal/message.ts';
import { openDocuments } from './documents.ts';
import { fetchReports } from './fetch-reports.ts';
import { explainMissingVerdict, followRun } from './follow.ts';
import { makeLinks } from './links.ts';
import { daysOf, type RunFlags } from './run-flags.ts';

export interface Finished {
  readonly run: RunStatus;
  readonly report: Report;
}

/** The result of a run, or the exit status of one that failed, whose message is already printed. */
export type RunOutcome =
  | ({ readonly ok: true } & Finished)
  | { readonly ok: false; readonly status: number; readonly error?: string };

export interface FollowSession {
  readonly client: ApiClient;
  /** @param announce print the run's id first: a user who presses Ctrl-C after that is told how to follow it */
  follow(runId: string, announce?: boolean): Promise<RunOutcome>;
  /** Writes the reports, makes and prints the link, and returns the exit status. */
  finish(followed: RunOutcome): Promise<number>;
  /** Only the links, without printing them. */
  links(finished: Finished): Promise<readonly CreatedShare[]>;
  write(finished: Finished): Promise<number>;
  /** The exit status that the run itself gives. */
  statusOf(finished: Finished): number;
  /** Whether a report goes to standard output. */
  readonly toStdout: boolean;
  discard(): Promise<void>;
}

/** @param quiet nothing for people on standard output, unless it is requested */
export async function openSession(
  client: ApiClient,
  flags: RunFlags,
  { quiet = false } = {},
): Promise<ParseResult<FollowSession>> {
  const days = await daysOf(flags);
  if (!days.ok) return days;
  const firewall = await firewallOf(flags.firewall);
  if (!firewall.ok) return firewall;
  const documents = await openDocuments({
    formats: flags.format ?? [],
    outputs: flags.output ?? [],
    verbose: flags.verbose ?? false,
    ...(flags.lang !== undefined && { language: flags.lang }),
    ...(firewall.value !== undefined && { firewall: firewall.value }),
    quiet,
  });
  if (!documents.ok) return documents;
  const { write, discard, toStdout, toTerminal } = documents.value;
  const hasPage = (flags.output ?? []).some((path) => /\.html?$/i.test(path));
  const links: FollowSession['links'] = async ({ run }) =>
    flags.share ? makeLinks(client, run, { days: days.value, redact: flags.redact ?? false, hasPage }) : [];
  const session: FollowSession = {
    client,
    toStdout,
    discard,
    links,
    write: ({ run, report }) => write(report, { client, run }),
    follow: (runId, announce = false) => follow(client, runId, { announce, progress: flags.progress }),
    async finish(followed) {
      if (!followed.ok) {
        await discard();
        return followed.status;
      }
      const written = await session.write(followed);
      const made = await links(followed);
      for (const line of made.map(linkLine)) (toTerminal ? toOutput : message)(line);
      if (written !== EXIT.ok) return written;
      return session.statusOf(followed);
    },
    statusOf: ({ run, report }) => (isCut(run) ? explainMissingVerdict(run) : exitStatusOf(report.verdict)),
  };
  return parsed(session);
}

/** A station that ended in the middle of the run: its report is of what was measured until then, and no verdict on all of it. */
const isCut = ({ error }: RunStatus): boolean => error?.name === ('RunInterrupted' satisfies FailureName);

const toOutput = (line: string): void => void process.stdout.write(`${line}\n`);

const linkLine = ({ url, target, expiresAt }: CreatedShare): string =>
  visible(`Link to the report of ${target}, until ${utc(expiresAt)}: ${url}`);

async function follow(
  client: ApiClient,
  runId: string,
  { announce, progress }: { readonly announce: boolean; readonly progress: boolean },
): Promise<RunOutcome> {
  const release = leaveOnInterrupt(runId);
  if (announce) message(`run ${runId}`);
  const ended = await followRun(client, runId, { progress });
  release();
  if (!ended.ok) return ended;
  const { run } = ended;
  // A run that could not be published still has its reports.
  if (run.status !== 'finished' && run.reports.length === 0)
    return {
      ok: false,
      status: explainMissingVerdict(run),
      ...(run.error !== undefined && { error: run.error.name }),
    };
  const fetched = await fetchReports(client, run);
  return fetched.ok ? { ok: true, run, report: fetched.report } : fetched;
}

/** Ctrl-C ends the watching, not the run. */
function leaveOnInterrupt(runId: string): () => void {
  const leave = (): void => {
    message(`the run goes on; follow it with: inbound-check run --follow ${runId}`);
    process.exit(EXIT.interrupted);
  };
  process.once('SIGINT', leave);
  return () => process.off('SIGINT', leave);
}
