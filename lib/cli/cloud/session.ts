/** What commands that wait for a run have in common: following it, its reports, the link, Ctrl-C, the exit status. */
import type { RunStatus } from '../../api/contracts/runs.ts';
import type { CreatedShare } from '../../api/contracts/shares.ts';
import { type ParseResult, parsed } from '../../model/input-error.ts';
import type { Report } from '../../model/report.ts';
import type { ApiClient } from '../../ports/api-client.ts';
import { visible } from '../../report/visible.ts';
import { utc } from '../../report/words.ts';
import { EXIT, exitStatusOf } from '../exit-status.ts';
import { message } from '../message.ts';
import { openDocuments } from './documents.ts';
import { fetchReports } from './fetch-reports.ts';
import { followRun, lost } from './follow.ts';
import { makeLinks } from './links.ts';
import { daysOf, type RunFlags } from './run-flags.ts';

export interface Finished {
  readonly run: RunStatus;
  readonly report: Report;
}

/** What a run came to, or the exit status of one that came to nothing, which was told already. */
export type Followed =
  | ({ readonly ok: true } & Finished)
  | { readonly ok: false; readonly status: number; readonly error?: string };

export interface Session {
  readonly client: ApiClient;
  /** @param announce tell the run's id first: whoever presses Ctrl-C from then on hears how to follow it */
  follow(runId: string, announce?: boolean): Promise<Followed>;
  /** Writes the reports, makes and tells the link, and gives the exit status. */
  finish(followed: Followed): Promise<number>;
  /** Links alone, told by nobody. */
  links(finished: Finished): Promise<readonly CreatedShare[]>;
  write(finished: Finished): Promise<number>;
  /** Whether a report goes to standard output. */
  readonly toStdout: boolean;
  discard(): Promise<void>;
}

/** @param quiet nothing for people on standard output, unless it is asked for */
export async function openSession(
  client: ApiClient,
  flags: RunFlags,
  { quiet = false } = {},
): Promise<ParseResult<Session>> {
  const days = await daysOf(flags);
  if (!days.ok) return days;
  const documents = await openDocuments({
    formats: flags.format ?? [],
    outputs: flags.output ?? [],
    verbose: flags.verbose ?? false,
    quiet,
  });
  if (!documents.ok) return documents;
  const { write, discard, toStdout, toTerminal } = documents.value;
  const links: Session['links'] = async ({ run }) =>
    flags.share ? makeLinks(client, run, { days: days.value, redact: flags.redact ?? false }) : [];
  const session: Session = {
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
      return written === EXIT.ok ? exitStatusOf(followed.report.verdict) : written;
    },
  };
  return parsed(session);
}

const toOutput = (line: string): void => void process.stdout.write(`${line}\n`);

const linkLine = ({ url, target, expiresAt }: CreatedShare): string =>
  visible(`Link to the report of ${target}, until ${utc(expiresAt)}: ${url}`);

async function follow(
  client: ApiClient,
  runId: string,
  { announce, progress }: { readonly announce: boolean; readonly progress: boolean },
): Promise<Followed> {
  const release = leaveOnInterrupt(runId);
  if (announce) message(`run ${runId}`);
  const ended = await followRun(client, runId, { progress });
  release();
  if (!ended.ok) return ended;
  const { run } = ended;
  // A run that could not be published has its reports all the same.
  if (run.status !== 'finished' && run.reports.length === 0)
    return { ok: false, status: lost(run), ...(run.error !== undefined && { error: run.error.name }) };
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
