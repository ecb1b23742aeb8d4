import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { startDemoStation } from '../../../lib/local/demo/demo-station.ts';
import { openSigningKey } from '../../../lib/local/signing-key.ts';
import { createStationTelemetry } from '../../../lib/local/station/telemetry.ts';

const folder = mkdtempSync(join(tmpdir(), 'inbound-check-demo-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const said: string[] = [];
const wakers: (() => void)[] = [];
const says = async (pattern: RegExp): Promise<void> => {
  while (!said.some((line) => pattern.test(line))) await new Promise<void>((resolve) => wakers.push(resolve));
};

it('repairs what is broken when a minute has passed, once', async () => {
  const waiting: { readonly ms: number; readonly work: () => void }[] = [];
  const signer = await openSigningKey(join(folder, 'signing-key.pem'));
  if (!signer.ok) throw new Error(signer.message);
  const started = await startDemoStation({
    folder,
    signer: signer.value,
    timers: {
      after(ms, work) {
        const timer = { ms, work };
        waiting.push(timer);
        return () => void waiting.splice(waiting.indexOf(timer), 1);
      },
    },
    telemetry: createStationTelemetry((line) => said.push(line), { verbose: false }),
    say(line) {
      said.push(line);
      for (const wake of wakers.splice(0)) wake();
    },
  });
  if (!started.ok) throw new Error(started.message);
  const station = started.value;
  await station.begin();
  await says(/^alert received: critical, failing: portal: /);
  expect(waiting.map(({ ms }) => ms)).toEqual([60_000]);
  expect(said).not.toContain('portal is repaired, and checked again');
  waiting[0]?.work();
  await says(/^alert received: info, recovered: portal: /);
  await station.heal();
  expect(said.filter((line) => line === 'portal is repaired, and checked again')).toHaveLength(1);
  expect(waiting).toEqual([]);
  await station.close();
  await expect(fetch(station.url)).rejects.toThrow();
});
