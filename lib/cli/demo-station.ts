import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DemoStation, EVERY, startDemoStation } from '../local/demo/demo-station.ts';
import { BROKEN } from '../local/demo/three-services.ts';
import { openSigningKey } from '../local/signing-key.ts';
import { systemTimers } from '../local/station/schedule/timers.ts';
import { createStationTelemetry } from '../local/station/telemetry.ts';
import { EXIT } from './terminal/exit-status.ts';
import { refuse } from './terminal/message.ts';
import { untilSignal } from './terminal/until-signal.ts';

/** Runs until Ctrl-C, in a folder of its own that it removes. */
export async function demoStation(verbose: boolean): Promise<number> {
  const ended = untilSignal();
  const folder = await mkdtemp(join(tmpdir(), 'inbound-check-demo-'));
  try {
    const signer = await openSigningKey(join(folder, 'signing-key.pem'));
    if (!signer.ok) return refuse(signer);
    const started = await startDemoStation({
      folder,
      signer: signer.value,
      timers: systemTimers,
      telemetry: createStationTelemetry((line) => void process.stderr.write(`${line}\n`), { verbose }),
      say,
    });
    if (!started.ok) return refuse(started);
    const station = started.value;
    for (const line of introduction(station, folder)) say(line);
    await station.begin();
    const onEnter = (): void => void station.heal();
    // Without a terminal there is no Enter, and the minute passes all the same.
    process.stdin.once('data', onEnter).on('error', () => undefined);
    await ended;
    // It would keep the process alive.
    process.stdin.off('data', onEnter).destroy();
    await station.close();
    return EXIT.ok;
  } finally {
    await rm(folder, { recursive: true, force: true });
    say(`ended; ${folder} is removed`);
  }
}

const introduction = ({ url, signInLink, token }: DemoStation, folder: string): readonly string[] => [
  `DEMO: a station at ${url}, data in ${folder}`,
  `It checks three services of a made-up customer, which run in this process on loopback, every ${EVERY}; ${BROKEN} is broken.`,
  `It is repaired in a minute, or at once by Enter. Alerts arrive here. Ctrl-C ends all of it, and removes the folder.`,
  '',
  ...(signInLink === undefined ? [] : [`To click: sign in, once, within 10 minutes: ${signInLink}`]),
  `  Targets: ${BROKEN}, what is wrong with it and who has to act, its runs and its schedule; Check now`,
  '  Check: Open alerts, Acknowledge; Settings: where alerts go, with a test',
  '',
  'To type, in another terminal (in a clone: npx inbound-check):',
  `  export INBOUND_CHECK_API=${url} INBOUND_CHECK_TOKEN=${token}`,
  '  inbound-check target list',
  '  inbound-check alert list',
  `  inbound-check alert ack ${BROKEN} --reason "CHG-1 is on it"`,
  `  inbound-check run ${BROKEN} --wait --no-share --output report.html`,
  `  inbound-check history --cloud ${BROKEN}`,
  '',
];

const say = (line: string): void => void process.stdout.write(`${line}\n`);
