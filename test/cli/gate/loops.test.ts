/** The loops of a gate and of a watch, with a clock of their own. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Pacing, realPacing } from '../../../lib/cli/gate/pacing.ts';
import { type GateProbe, waitForAll } from '../../../lib/cli/gate/wait-for-all.ts';
import { watchRounds } from '../../../lib/cli/gate/watch-rounds.ts';
import type { EndpointReport, Report } from '../../../lib/engine/report-schema.ts';
import { concludeEndpoints } from '../../../lib/engine/verdict/conclude-endpoints.ts';
import { sampleFleetReport } from '../../report/sample-fleet-report.ts';

const [SAMPLE] = sampleFleetReport.endpoints;
const WEB = 'https://shop.example.com:443/';
const MAIL = 'smtp://shop.example.com:25';
type Verdicts = Readonly<Record<string, 'pass' | 'fail'>>;

function endpoint(id: string, verdict: 'pass' | 'fail'): EndpointReport {
  if (SAMPLE === undefined) throw new Error('the sample has endpoints');
  const { cause: _, ...sample } = SAMPLE;
  const what = id === MAIL ? { kind: 'smtp', port: 25 } : { kind: 'https', port: 443 };
  return {
    ...sample,
    ...what,
    id,
    verdict,
    ...(verdict === 'fail' && { cause: id === MAIL ? 'smtp.starttls-missing' : 'tcp.filtered' }),
  };
}

/** A prober that sees what `world` says at each call, and a clock that only waiting moves. */
function stage(world: (call: number) => Verdicts, begin = 1_000_000_000_000) {
  const asked: { readonly at: number; readonly ids: readonly string[] }[] = [];
  const ended = new AbortController();
  let now = begin;
  const pacing: Pacing = {
    now: () => now,
    until: async (at) => {
      now = Math.max(now, at);
    },
    signal: ended.signal,
  };
  const probe: GateProbe<{ readonly report: Report }, never> = async (only) => {
    const all = world(asked.length);
    const endpoints = Object.entries(all)
      .filter(([id]) => only === undefined || only.includes(id))
      .map(([id, verdict]) => endpoint(id, verdict));
    asked.push({ at: (now - begin) / 1000, ids: endpoints.map(({ id }) => id) });
    const { signature: _, ...head } = sampleFleetReport;
    return {
      ok: true,
      report: { ...head, endpoints, ...concludeEndpoints(endpoints, head) } as Report,
    };
  };
  return { probe, pacing, asked, ended };
}

let said: string[];
beforeEach(() => {
  said = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said.push(String(text).trim());
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

const verdictsOf = (report: Report) =>
  Object.fromEntries(report.endpoints.map((one) => [one.id, one.verdict]));
const GATE = { everyMs: 60_000, forMs: 3_600_000 };

describe('a gate', () => {
  it('probes what fails again, and once more everything, a mail server after its pause', async () => {
    const { probe, pacing, asked } = stage((call) => ({
      [WEB]: call === 0 ? 'fail' : 'pass',
      [MAIL]: 'pass',
    }));
    const { report } = await waitForAll(probe, GATE, pacing);
    expect(asked).toEqual([
      { at: 0, ids: [WEB, MAIL] },
      { at: 60, ids: [WEB] },
      { at: 300, ids: [WEB, MAIL] },
    ]);
    expect(report.verdict).toBe('pass');
  });

  it('gives up when the time is over, with what each was at last', async () => {
    const { probe, pacing, asked } = stage(() => ({ [WEB]: 'fail', [MAIL]: 'pass' }));
    const { report } = await waitForAll(probe, { everyMs: 60_000, forMs: 120_000 }, pacing);
    expect(asked.map(({ at }) => at)).toEqual([0, 60, 120]);
    expect(verdictsOf(report)).toEqual({ [WEB]: 'fail', [MAIL]: 'pass' });
    expect(said.at(-1)).toContain(`the time is over; still not passing: ${WEB} (tcp.filtered)`);
  });

  it('lets a round that was cut off by Ctrl-C not count', async () => {
    const { probe, pacing, ended } = stage((call) => ({
      [WEB]: call === 0 ? 'fail' : 'pass',
      [MAIL]: 'pass',
    }));
    let calls = 0;
    const { report } = await waitForAll<{ readonly report: Report }, never>(
      (only) => {
        calls += 1;
        if (calls === 2) ended.abort();
        return probe(only);
      },
      GATE,
      pacing,
    );
    expect(calls).toBe(2);
    expect(verdictsOf(report)).toEqual({ [WEB]: 'fail', [MAIL]: 'pass' });
  });

  it('waits for a prober that is asked too often, and gives what any other refusal says', async () => {
    const { probe, pacing, asked } = stage((call) => ({ [WEB]: call === 0 ? 'fail' : 'pass' }));
    const answers = [undefined, { ok: false as const, isTooOften: true, why: 'often' }, undefined, undefined];
    const passed = await waitForAll(async (only) => answers.shift() ?? probe(only), GATE, pacing);
    expect(passed.ok).toBe(true);
    expect(asked.map(({ at }) => at)).toEqual([0, 120, 120]);
    const refusal = { ok: false as const, why: 'stopped' };
    const refused = await waitForAll(
      async () => refusal as typeof refusal & { isTooOften?: boolean },
      GATE,
      pacing,
    );
    expect(refused).toEqual(refusal);
  });
});

describe('a watch', () => {
  const written = (): {
    readonly write: (report: Report) => Promise<void>;
    readonly verdicts: Verdicts[];
  } => {
    const verdicts: Verdicts[] = [];
    return { write: async (report) => void verdicts.push(verdictsOf(report) as Verdicts), verdicts };
  };

  it('writes each round and tells each change, until its time is over', async () => {
    const { probe, pacing, asked } = stage((call) => ({ [WEB]: call === 1 ? 'fail' : 'pass' }));
    const { write, verdicts } = written();
    const last = await watchRounds(probe, { everyMs: 60_000, forMs: 120_000 }, pacing, write);
    expect(asked.map(({ at }) => at)).toEqual([0, 60, 120]);
    expect(verdicts).toEqual([{ [WEB]: 'pass' }, { [WEB]: 'fail' }, { [WEB]: 'pass' }]);
    expect(last.verdict).toBe('pass');
    expect(said).toEqual([
      expect.stringContaining('1 endpoint, all passing'),
      expect.stringContaining(`${WEB} fail: tcp.filtered, was pass`),
      expect.stringContaining(`${WEB} passes, was tcp.filtered`),
    ]);
  });

  it('asks a mail server that answered every five minutes, and keeps what it said', async () => {
    const { probe, pacing, asked } = stage(() => ({ [WEB]: 'pass', [MAIL]: 'fail' }));
    const { write, verdicts } = written();
    await watchRounds(probe, { everyMs: 60_000, forMs: 300_000 }, pacing, write);
    expect(asked.map(({ at, ids }) => [at, ids.length])).toEqual([
      [0, 2],
      [60, 1],
      [120, 1],
      [180, 1],
      [240, 1],
      [300, 2],
    ]);
    for (const one of verdicts) expect(one).toEqual({ [WEB]: 'pass', [MAIL]: 'fail' });
  });

  it('makes no round where nobody may be asked yet', async () => {
    const { probe, pacing, asked } = stage(() => ({ [MAIL]: 'pass' }));
    await watchRounds(probe, { everyMs: 120_000, forMs: 400_000 }, pacing, written().write);
    expect(asked.map(({ at }) => at)).toEqual([0, 360]);
  });

  it('writes what the first round has when Ctrl-C comes in it, and then ends', async () => {
    const { probe, pacing, asked, ended } = stage(() => ({ [WEB]: 'pass' }));
    ended.abort();
    const { write, verdicts } = written();
    await watchRounds(probe, { everyMs: 60_000 }, pacing, write);
    expect([asked.length, verdicts.length]).toEqual([1, 1]);
  });
});

it('a pause ends with the signal', async () => {
  const ended = new AbortController();
  const waiting = realPacing(ended.signal).until(Date.now() + 86_400_000);
  ended.abort();
  await expect(waiting).resolves.toBeUndefined();
});
