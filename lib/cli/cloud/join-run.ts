/** `join RUN LOG`: the fleet or station joins a listener's log to the report of a run of its own. */
import { gzipSync } from 'node:zlib';
import { Report } from '../../engine/report-schema.ts';
import { quote } from '../../input/request/quote.ts';
import { readFileBytes } from '../../input/request/read-text.ts';
import { MAX_LOG_BYTES } from '../../kinds/listener/listener-log.ts';
import { sealKeysOf } from '../../kinds/listener/seal-keys.ts';
import { inputError } from '../../model/input-error.ts';
import { parseJson } from '../../model/parse-json.ts';
import type { ReportLanguage } from '../../report/language/report-language.ts';
import { isProblem } from '../../service/contracts/problem-kinds.ts';
import { runsContracts } from '../../service/contracts/runs.ts';
import { CODE_VARIABLE, givenListenerCode } from '../listener/listener-code.ts';
import { EXIT } from '../terminal/exit-status.ts';
import { message, refuse } from '../terminal/message.ts';
import { type CloudOptions, connect } from './connect.ts';
import { openDocuments } from './documents.ts';
import { type Failed, failed } from './failed.ts';

export interface JoinRunOptions extends CloudOptions {
  readonly target?: string;
  readonly format?: readonly string[];
  readonly output?: readonly string[];
  readonly lang?: ReportLanguage;
  readonly verbose?: boolean;
}

export async function joinRun(runId: string, logPath: string, options: JoinRunOptions): Promise<number> {
  const client = await connect(options);
  if (!client.ok) return refuse(client);
  const bytes = await readFileBytes(logPath, MAX_LOG_BYTES);
  if (!bytes.ok) return refuse(bytes);
  const code = await givenListenerCode(logPath !== '-' && asksForCode() ? 'prompt' : undefined);
  if (!code.ok) return refuse(code);
  if (code.value === undefined)
    return refuse(inputError(`join needs the code of the listener: set ${CODE_VARIABLE}`));
  const documents = await openDocuments({
    formats: options.format ?? [],
    outputs: options.output ?? [],
    verbose: options.verbose ?? false,
    ...(options.lang !== undefined && { language: options.lang }),
  });
  if (!documents.ok) return refuse(documents);
  const { target } = options;
  const asking = await client.value(runsContracts.joinListener, {
    params: { runId },
    body: {
      ...(target !== undefined && { target }),
      logGzip: gzipSync(bytes.value).toString('base64'),
      keys: sealKeysOf(code.value),
    },
  });
  if (asking.status !== 'answered') {
    await documents.value.discard();
    return notJoined(logPath, asking);
  }
  const joined = { target: asking.value.target };
  const fetched = await client.value(runsContracts.getJoinedReport, { params: { runId }, query: joined });
  const report = fetched.status === 'answered' ? Report.safeParse(parseJson(fetched.value)).data : undefined;
  if (report !== undefined)
    return documents.value.write(report, { client: client.value, run: { runId }, joined });
  await documents.value.discard();
  if (fetched.status !== 'answered') return failed(fetched);
  message('the joined report is not what this version of the command line knows');
  return EXIT.unavailable;
}

const asksForCode = (): boolean => !process.env[CODE_VARIABLE] && process.stdin.isTTY;

/** As with files: what is ours and not to be trusted, or of no use here, is no wrong usage. */
function notJoined(logPath: string, asking: Failed): number {
  const detail =
    asking.status === 'refused' && isProblem(asking.problem, 'bad-request') ? asking.problem.detail : '';
  const [, reason = '', words = ''] =
    /^(other-code|unfinished|altered|other-time|no-log|other-ports): (.*)$/s.exec(detail) ?? [];
  switch (reason) {
    case '':
      return failed(asking);
    case 'no-log':
      return refuse(
        inputError(`${quote(logPath)}: ${words}; text of a Windows host is joined to a report in a file`),
      );
    case 'other-ports':
      return refuse(inputError(`${quote(logPath)}: ${words}`));
    default:
      message(`${quote(logPath)}: ${words}`);
      return EXIT.failed;
  }
}
