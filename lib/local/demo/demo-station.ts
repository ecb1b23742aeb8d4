/** `demo --station`: a station on loopback with a customer's three services, and everything that happens there in a line. */
import type { ChangeEvent } from '../../model/change-event.ts';
import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import { printable } from '../../net/printable.ts';
import type { Signer } from '../../report/signature/signer.ts';
import { createBearerClient } from '../../service/client/bearer-client.ts';
import { alertsContracts } from '../../service/contracts/alerts.ts';
import type { Asking } from '../../service/contracts/api-client.ts';
import { runsContracts } from '../../service/contracts/runs.ts';
import { schedulesContracts } from '../../service/contracts/schedules.ts';
import { sharesContracts } from '../../service/contracts/shares.ts';
import { targetsContracts } from '../../service/contracts/targets.ts';
import type { Telemetry } from '../../service/ports/telemetry.ts';
import type { Timers } from '../station/schedule/timers.ts';
import { startStation, withAccess } from '../station/station.ts';
import { startAlertReceiver } from './alert-receiver.ts';
import { BROKEN, startThreeServices } from './three-services.ts';

/** The shortest that a schedule may have. */
export const EVERY = '5m';
/** Until what is broken heals by itself. */
const HEALS_AFTER_MS = 60_000;

export interface DemoStationOptions {
  /** Empty, and its owner's alone. */
  readonly folder: string;
  /** Signs the reports. */
  readonly signer: Signer;
  readonly timers: Timers;
  readonly telemetry: Telemetry;
  /** Gets a line whenever something happens. */
  readonly say: (line: string) => void;
}

export interface DemoStation {
  readonly url: string;
  /** Absent: it could not be made, and the log says why. */
  readonly signInLink: string | undefined;
  /** Of the role operator. */
  readonly token: string;
  /** Checks all targets, and waits for the minute to pass, from now on. */
  begin(): Promise<void>;
  /** What is broken heals now; the second time nothing happens. */
  heal(): Promise<void>;
  close(): Promise<void>;
}

/** Starts the services, the receiver and the station, and registers all that it has. */
export async function startDemoStation(options: DemoStationOptions): Promise<ParseResult<DemoStation>> {
  const { folder, signer, timers, telemetry, say } = options;
  const made = await withAccess(folder, ({ tokens }) => tokens.make('demo', 'operator', 1));
  if (!made.ok) return made;
  const token = made.value ?? '';
  const station = await startStation({
    folder,
    listen: { address: '127.0.0.1', port: 0 },
    signer,
    allowPrivate: true,
    telemetry,
  });
  if (!station.ok) return station;
  const { url, signInLink, close: closeStation } = station.value;
  const ask = createBearerClient({ url: new URL(url), token });
  const services = await startThreeServices();

  let isShared = false;
  /** Of the first report with a fault: a link, or what the station says where it would open for nobody. */
  const share = async (runId: string, target: string): Promise<void> => {
    if (isShared) return;
    isShared = true;
    const made = await ask(sharesContracts.createShare, { body: { runId, target } });
    say(made.status === 'answered' ? `link to the report: ${made.value.url}` : whyNot(made));
  };
  const receiver = await startAlertReceiver((change: ChangeEvent) => {
    say(`alert received: ${change.severity}, ${change.kind}: ${printable(change.title)}`);
    if (change.kind === 'failing' && change.runId !== undefined) void share(change.runId, change.target);
  });
  const check = async (targets: string[]): Promise<void> => {
    const started = await ask(runsContracts.startRun, {
      body: { targets },
    });
    if (started.status !== 'answered') say(whyNot(started));
  };

  let cancel = (): void => undefined;
  let isHealed = false;
  const heal = async (): Promise<void> => {
    if (isHealed) return;
    isHealed = true;
    cancel();
    services.heal();
    say(`${BROKEN} is repaired, and checked again`);
    await check([BROKEN]);
  };
  const close = async (): Promise<void> => {
    // Nothing is told, started or shared any more.
    isHealed = true;
    isShared = true;
    cancel();
    await closeStation();
    await Promise.all([receiver.close(), services.close()]);
  };

  const wrong = await register();
  if (wrong !== undefined) {
    await close();
    return inputError(wrong);
  }
  return parsed({
    url,
    token,
    signInLink: signInLink(),
    async begin() {
      await check(services.targets.map(([name]) => name));
      if (!isHealed) cancel = timers.after(HEALS_AFTER_MS, () => void heal());
    },
    heal,
    close,
  });

  /** Undefined: all of it is registered. */
  async function register(): Promise<string | undefined> {
    for (const [name, definition] of services.targets) {
      const put = await ask(targetsContracts.putTarget, {
        params: { name },
        body: { definition, owner: 'customer.example' },
      });
      if (put.status !== 'answered') return whyNot(put);
      const set = await ask(schedulesContracts.setSchedule, {
        params: { target: name },
        body: { every: EVERY },
      });
      if (set.status !== 'answered') return whyNot(set);
    }
    const put = await ask(alertsContracts.putWebhook, {
      params: { id: 'demo' },
      body: { kind: 'generic', url: receiver.url },
    });
    return put.status === 'answered' ? undefined : whyNot(put);
  }
}

const whyNot = (answer: Exclude<Asking<unknown>, { status: 'answered' }>): string =>
  answer.status === 'refused' ? answer.problem.detail : answer.message;
