/** A short loop for every test run, and proof that the loop sees what it is there to see. */
import { connect } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import type { Probe } from '../../lib/kinds/contract/probe.ts';
import type { ProbeRegistry } from '../../lib/kinds/probes.ts';
import { probes } from '../../lib/kinds/probes.ts';
import type { SshObservation } from '../../lib/kinds/ssh/observation.ts';
import type { FuzzedKind } from './kinds.ts';
import { type FuzzResult, fuzz } from './loop.ts';
import { mutate } from './mutate.ts';
import { createRandom } from './random.ts';

describe('the probes', () => {
  it('survive some hundred servers out of the loop', async () => {
    const kinds: readonly FuzzedKind[] = [
      'dns',
      'tcp',
      'tls',
      'http',
      'https',
      'smtp',
      'smtps',
      'ssh',
      'ntp',
      'quic',
      'listener',
    ];
    const counts = Object.fromEntries(
      kinds.map((kind) => [kind, kind === 'http' || kind === 'smtp' ? 18 : 10]),
    );
    const result = await fuzz({ seed: 'npm test', probes, counts, lanes: 8 });
    expect(result.failures).toEqual([]);
    expect(result.leaked).toEqual([]);
    expect(result.exchanges).toBe(126);
  });
});

describe('the loop', () => {
  const left: { destroy(): void }[] = [];
  afterAll(() => {
    for (const socket of left) socket.destroy();
  });

  const withSsh = (probe: Probe<SshObservation>): Promise<FuzzResult> =>
    fuzz({
      seed: '1',
      probes: { ...probes, ssh: probe } satisfies ProbeRegistry,
      counts: { ssh: 2 },
      lanes: 2,
      hangMs: 2_000,
      leakMs: 400,
    });
  const changed =
    (change: (seen: SshObservation) => SshObservation): Probe<SshObservation> =>
    async (spec, context) =>
      change(await probes.ssh(spec, context));

  it.each<[what: string, probe: Probe<SshObservation>, problem: string]>([
    ['throws', () => Promise.reject(new Error('a bug')), 'a bug'],
    ['never comes back', () => new Promise(() => undefined), 'hangs'],
    ['takes longer than its budget', changed((seen) => ({ ...seen, timings: { total: 60_000 } })), 'late'],
    [
      'claims an answer that nobody gave',
      changed((seen) => ({
        ...seen,
        connect: { status: 'connected' },
        ssh: { identification: 'SSH-2.0-x', read: { end: 'complete', bytes: 9, text: 'SSH-2.0-x' } },
      })),
      'no byte of ssh was sent',
    ],
    ['lets an escape through', changed((seen) => ({ ...seen, host: '\u001b[2J' })), 'U+1b'],
    ['gives what is no observation', changed((seen) => ({ ...seen, port: Number.NaN })), 'port'],
    ['adds a field of its own', changed((seen) => ({ ...seen, more: 1 }) as SshObservation), 'does not know'],
  ])('sees a probe that %s', async (_what, probe, problem) => {
    const { failures } = await withSsh(probe);
    expect(failures.map((failure) => failure.problem)).toContainEqual(expect.stringContaining(problem));
  });

  it('sees a probe that leaves its socket open', async () => {
    const { leaked } = await withSsh((spec, context) => {
      const socket = connect(spec.port, '127.0.0.1');
      socket.on('error', () => undefined);
      // Half-open at both ends: the server's FIN does not close it.
      socket.allowHalfOpen = true;
      left.push(socket);
      return probes.ssh(spec, context);
    });
    expect(leaked.join()).toContain('TCPSocketWrap');
  });

  it('gives the same bytes for the same seed, and others for another', () => {
    const bytes = Buffer.from('220 mx.example.com ESMTP\r\n250-SIZE 1\r\n250 OK\r\n');
    const run = (seed: string) =>
      Array.from({ length: 50 }, (_, index) => mutate(bytes, createRandom(`${seed} ${index}`)));
    expect(run('1')).toEqual(run('1'));
    expect(run('1')).not.toEqual(run('2'));
    expect(new Set(run('1').map((one) => one.toString('latin1'))).size).toBeGreaterThan(40);
  });
});
