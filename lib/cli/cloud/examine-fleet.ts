/** What `doctor --fleet` looks at: the way to the API, rights, and one small run from every vantage, to its link. */

import type { ControlHost } from '../../engine/measure/default-controls.ts';
import { type EndpointReport, Report } from '../../engine/report-schema.ts';
import type { Examination } from '../../local/doctor.ts';
import { parseJson } from '../../model/parse-json.ts';
import { utc } from '../../model/units.ts';
import { hostPort } from '../../net/host-port.ts';
import { verifyReport } from '../../report/signature/verify.ts';
import type { ApiClient, Asking } from '../../service/contracts/api-client.ts';
import { type FleetStatus, fleetContracts } from '../../service/contracts/fleet.ts';
import { isProblem } from '../../service/contracts/problem-kinds.ts';
import { runsContracts } from '../../service/contracts/runs.ts';
import { schedulesContracts } from '../../service/contracts/schedules.ts';
import { sharesContracts } from '../../service/contracts/shares.ts';
import type { FailureName } from '../../service/runs/failure.ts';
import { UNSTATED_VERSION } from '../../service/runs/payload-version.ts';
import { type Failed, wordsOf } from './failed.ts';
import { followRun } from './follow.ts';

export interface FleetExamination {
  readonly found: readonly Examination[];
  /** Nothing could be asked: no credentials, no right at all, or nobody answers. */
  readonly isReached: boolean;
}

/** What a vantage is asked to connect to, for a port: a host known to answer there. */
export type ControlsOf = (port: number) => readonly ControlHost[];

type Row = (result: Examination['result'], topic: string, detail: string) => Examination;
const row: Row = (result, topic, detail) => ({ topic, result, detail });

const WEB_PORT = 443;
const MAIL_PORT = 25;
/** No target can be called so; removing its schedule changes nothing, and needs the right to. */
const NOBODY = 'doctor: no such target';
/** What a function URL answers when Lambda throttles. */
const THROTTLED = 429;
const NO_ROOM = 'Lambda has no room there for another call: see docs/deploy.md, A new account';
const LINK_TIMEOUT_MS = 30_000;

/** @param ports asked of every vantage; absent: 443, and 25 of those that may use it */
export async function examineFleet(
  client: ApiClient,
  { ports, controlsOf }: { readonly ports?: readonly number[]; readonly controlsOf: ControlsOf },
): Promise<FleetExamination> {
  const asking = await client(fleetContracts.getFleet, {});
  if (asking.status !== 'answered')
    return { found: [row('not ok', 'API', wordsOf(asking))], isReached: false };
  const fleet = asking.value;
  const found = [row('ok', 'API', 'answers, and lets you read'), ...examineState(fleet)];
  const right = await client(schedulesContracts.removeSchedule, { params: { target: NOBODY } });
  const operating = examineRight(right);
  found.push(operating, ...(await examineSchedules(client, operating.result === 'ok')));
  const asked = ports ?? [WEB_PORT, ...(fleet.vantages.some(({ smtp }) => smtp) ? [MAIL_PORT] : [])];
  if (fleet.stopped === undefined) found.push(...(await examineRun(client, fleet, asked, controlsOf)));
  return { found, isReached: true };
}

function examineState({ stopped, signingKey, vantages }: FleetStatus): Examination[] {
  return [
    stopped === undefined
      ? row('ok', 'kill switch', 'the fleet runs')
      : row(
          'not ok',
          'kill switch',
          `stopped since ${utc(stopped.at)} by ${stopped.by}: ${stopped.reason}; no vantage was looked at. inbound-check fleet resume lets it go on`,
        ),
    signingKey === undefined
      ? row('not ok', 'signing key', 'out of reach: see whether it is enabled in KMS (output SigningKey)')
      : row('ok', 'signing key', signingKey),
    row(vantages.length >= 3 ? 'ok' : 'note', 'vantages', vantages.map(({ id }) => id).join(', ')),
  ];
}

/** Of a schedule's removal, which the API also asks EventBridge Scheduler for, whether there is the schedule or not. */
function examineRight(right: Asking<unknown>): Examination {
  if (right.status === 'answered' || (right.status === 'refused' && isProblem(right.problem, 'not-found')))
    return row('ok', 'operating', 'your role may change targets, schedules and the kill switch');
  return right.status === 'refused' && isProblem(right.problem, 'forbidden')
    ? row('note', 'operating', `not with this role: ${wordsOf(right)}`)
    : row('not ok', 'operating', `changing a schedule fails: ${wordsOf(right)}`);
}

/** @param wasAsked whether EventBridge Scheduler has answered to the removal of none */
async function examineSchedules(client: ApiClient, wasAsked: boolean): Promise<Examination[]> {
  const asking = await client(schedulesContracts.listSchedules, { query: {} });
  if (asking.status !== 'answered') return [row('not ok', 'schedules', wordsOf(asking))];
  const { schedules } = asking.value;
  if (schedules.length === 0)
    return [
      row(
        'note',
        'schedules',
        `none yet${wasAsked ? '; EventBridge Scheduler answers' : ', so EventBridge Scheduler was not asked'}`,
      ),
    ];
  const wrong = schedules.filter(({ drift, trouble }) => drift !== undefined || trouble !== undefined);
  if (wrong.length === 0)
    return [row('ok', 'schedules', `${schedules.length} looked at, each as EventBridge Scheduler has it`)];
  return wrong.map(({ target, drift }) =>
    row(
      'not ok',
      `schedule ${target}`,
      drift === undefined
        ? `runs failed or did not come: inbound-check schedule show ${target}`
        : `${drift}: set it again`,
    ),
  );
}

/** One run of every vantage to hosts that are known to answer, then its report, signature and link. */
async function examineRun(
  client: ApiClient,
  fleet: FleetStatus,
  ports: readonly number[],
  controlsOf: ControlsOf,
): Promise<Examination[]> {
  const hosts = ports.flatMap((port) =>
    controlsOf(port)
      .slice(0, 1)
      .map((host) => ({ ...host, checked: port })),
  );
  const missing = ports.filter((port) => !hosts.some(({ checked }) => checked === port));
  const none = missing.map((port) =>
    row('not ok', `port ${port}`, `no control: name one with --control ${port}=HOST:${port}`),
  );
  if (hosts.length === 0) return none;
  const started = await client(runsContracts.validate, {
    body: {
      target: {
        check: hosts.map(({ host, port }) => `tcp://${hostPort(host, port)}`),
      },
      ticket: 'inbound-check doctor --fleet',
      settings: { confirm: '0', defaultControls: false },
    },
  });
  if (started.status !== 'answered') return [...none, row('not ok', 'a run', wordsOf(started))];
  const { runId, requestedBy } = started.value;
  const followed = await followRun(client, runId, { progress: true });
  if (!followed.ok) return [...none, row('not ok', 'a run', `${runId} could not be followed`)];
  const { error } = followed.run;
  if (error !== undefined)
    return [...none, row('not ok', 'a run', `${runId}: ${error.name}: ${error.message}`)];
  const done = [...none, row('ok', 'a run', `${runId}, asked for by ${requestedBy}`)];
  const fetched = await client(runsContracts.getReport, { params: { runId }, query: {} });
  if (fetched.status !== 'answered') return [...done, row('not ok', 'its report', wordsOf(fetched))];
  const report = Report.safeParse(parseJson(fetched.value)).data;
  if (report === undefined)
    return [...done, row('not ok', 'its report', 'is not what this version of the command line knows')];
  return [
    ...done,
    ...fleet.vantages.flatMap((vantage) =>
      hosts
        .filter(({ checked }) => checked !== MAIL_PORT || vantage.smtp)
        .map((host) => examineVantage(vantage, host, report)),
    ),
    ...examineVersions(report, fleet),
    examineSignature(fetched.value, fleet),
    await examineLink(client, runId),
  ];
}

/** Which version each vantage runs; of those that gave nothing, their own row says it where that is why. */
function examineVersions(
  { vantages }: Report,
  { payloadVersion: control = UNSTATED_VERSION }: FleetStatus,
): Examination[] {
  const seen = vantages.flatMap(({ id, payloadVersion }) =>
    payloadVersion === undefined ? [] : [{ id, version: payloadVersion }],
  );
  if (seen.length === 0) return [];
  const versions = seen.map(({ id, version }) => `${id} ${version}`).join(', ');
  const detail = `${versions}; control stack ${control}`;
  const older = seen.filter(({ version }) => version < control).map(({ id }) => id);
  const isNewer = seen.some(({ version }) => version > control);
  if (older.length === 0 && !isNewer) return [row('ok', 'versions', detail)];
  const behind = [...(isNewer ? ['control stack'] : []), ...older.map((id) => `probe stack of ${id}`)];
  return [row('note', 'versions', `${detail}: they go together; deploy again: ${behind.join(', ')}`)];
}

function examineVantage(
  { id, families = [] }: FleetStatus['vantages'][number],
  { host, port, checked }: ControlHost & { readonly checked: number },
  report: Report,
): Examination {
  const hasIpv6Alone = families.length > 0 && families.every((family) => family === 6);
  const topic = `${id}, port ${checked}${hasIpv6Alone ? ' over IPv6' : ''}`;
  const lost = report.vantages.find((vantage) => vantage.id === id)?.unavailable;
  if (lost?.startsWith('ProberMismatch' satisfies FailureName)) return row('not ok', topic, lost);
  if (lost !== undefined)
    return row('not ok', topic, `no answer from its prober (${lost}): ${remedyOf(lost)}`);
  const seen = report.endpoints
    .filter((endpoint) => endpoint.host === host && endpoint.port === port)
    .flatMap(({ observations }: EndpointReport) => observations)
    .filter(({ vantage }) => vantage === id);
  const open = seen.find(({ state }) => state === 'open');
  if (open !== undefined)
    return row('ok', topic, `${hostPort(host, port)} answers${hasIpv6Alone ? ` at ${open.address}` : ''}`);
  const [first] = seen;
  if (first === undefined && hasIpv6Alone)
    return row(
      'not ok',
      topic,
      `was not asked: ${host} has no IPv6 address; name a control that has one (--control ${checked}=HOST:${checked})`,
    );
  const why = first === undefined ? 'was not asked' : (first.summary ?? first.state);
  return row(
    'not ok',
    topic,
    checked === MAIL_PORT
      ? `${why}: ask AWS to lift its block (docs/deploy.md, Port 25)`
      : `${why}: if other vantages get an answer, its way out is at fault`,
  );
}

/** @param lost begins with the name of the failure (`VANTAGE_FAILURES`) */
function remedyOf(lost: string): string {
  if (lost.startsWith('ProberThrottled')) return NO_ROOM;
  if (lost.startsWith('ProberStarting')) return 'run this again in some minutes';
  return 'deploy its probe stack, then see its log';
}

function examineSignature(text: string, { signingKey }: FleetStatus): Examination {
  const check = verifyReport(text, signingKey === undefined ? undefined : [signingKey]);
  if (check.outcome !== 'intact')
    return row(
      'not ok',
      'signature',
      'the report carries none that holds: see the log of the function report',
    );
  const { keyId } = check.signature;
  return keyId === signingKey
    ? row('ok', 'signature', 'the report is signed by the key above')
    : row('not ok', 'signature', `the report is signed by another key: ${keyId}`);
}

/** Makes a link, opens it as anybody would, and closes it. */
async function examineLink(client: ApiClient, runId: string): Promise<Examination> {
  const made = await client(sharesContracts.createShare, { body: { runId, days: 1, redact: true } });
  if (made.status !== 'answered')
    return isConflict(made) ? row('note', 'link', wordsOf(made)) : row('not ok', 'link', wordsOf(made));
  const { id, url } = made.value;
  const opened = await open(url);
  const closed = await client(sharesContracts.revokeShare, { params: { id } });
  if (opened !== 200)
    return row(
      'not ok',
      'link',
      opened === THROTTLED
        ? `${new URL(url).host} answers ${opened}: ${NO_ROOM}`
        : `${new URL(url).host} answers ${opened}: see shareDomain's record and the log of the function share`,
    );
  return closed.status === 'answered'
    ? row('ok', 'link', `opened at ${new URL(url).host}, and closed`)
    : row(
        'not ok',
        'link',
        `opens, but could not be closed (${wordsOf(closed)}): inbound-check share revoke ${id}`,
      );
}

const isConflict = (asking: Failed): boolean =>
  asking.status === 'refused' && isProblem(asking.problem, 'conflict');

/** The status, or why there is none. */
async function open(url: string): Promise<number | string> {
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(LINK_TIMEOUT_MS) });
    await response.body?.cancel();
    return response.status;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return `nothing (${cause instanceof Error ? cause.message : String(cause)})`;
  }
}
