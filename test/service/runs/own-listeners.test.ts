import { describe, expect, it } from 'vitest';
import {
  type Challenge,
  type ProofStatement,
  proofLine,
  readProof,
  runKey,
} from '../../../lib/kinds/listener/proof.ts';
import type { Endpoint } from '../../../lib/model/endpoint.ts';
import type { ListenerSecret } from '../../../lib/model/listener-secret.ts';
import type { AskedListener, AskListeners, ListenerAsk } from '../../../lib/service/ports/listener-asker.ts';
import { ownListeners } from '../../../lib/service/runs/own-listeners.ts';
import type { TargetRecord } from '../../../lib/service/state/target-record.ts';
import { endpoint } from '../../engine/run/fakes.ts';
import { CODE, OTHER_CODE } from '../../servers/scripted-listener.ts';

const NOW = Date.parse('2026-03-01T09:30:00.000Z');
const RUN = '0123456789abcdef';
const SECRET: ListenerSecret = { run: RUN, wordsSeed: 'ab'.repeat(16), key: runKey(CODE, RUN) };
// On the internet: those for documentation count as private. No packet goes there.
const ADDRESS = '8.8.4.7';
const PLACE = { destination: `${ADDRESS}:443`, source: '203.0.113.9:50412', time: 1_800_000_000 };

const at = (port: number, given: Partial<Endpoint> = {}): Endpoint =>
  endpoint({ kind: 'listener', host: 'shop.example.com', port, ...given });

/** A proof as a listener would make it for this challenge. */
function proofOf(
  challenge: Challenge,
  statement: Partial<ProofStatement> = {},
  { code = CODE, exporter }: { readonly code?: typeof CODE; readonly exporter?: Buffer } = {},
) {
  const proof = readProof(
    proofLine(runKey(code, challenge.run), challenge, { ...PLACE, ...statement }, exporter),
  );
  if (proof === undefined) throw new Error('this is no proof');
  return proof;
}

type Answered = (ask: ListenerAsk) => readonly AskedListener[];

const proving: Answered = ({ run, nonces: [nonce = ''] }) => [
  { address: ADDRESS, nonce, seen: 'a proof', proof: proofOf({ run, nonce }) },
];

async function looked(
  endpoints: readonly Endpoint[],
  answered: Answered = proving,
  { record, secret = SECRET }: { readonly record?: TargetRecord; readonly secret?: ListenerSecret } = {},
) {
  const asks: ListenerAsk[] = [];
  let nonce = 0;
  const askListeners: AskListeners = async (all) => {
    asks.push(...all);
    return { status: 'asked', answers: all.map((ask) => ({ host: ask.host, asked: answered(ask) })) };
  };
  const own = await ownListeners(
    {
      runId: 'run-1',
      targets: [{ name: 'shop', endpoints }],
      records: new Map(record === undefined ? [] : [['shop', record]]),
      secret,
    },
    {
      askListeners,
      now: () => NOW,
      randomHex: (bytes) => (++nonce).toString(16).padStart(bytes * 2, '0'),
    },
  );
  return { own, asks };
}

describe('a proof from a port below 1024', () => {
  it('proves its address for the run', async () => {
    const { own, asks } = await looked([at(443)]);
    expect(own).toEqual({
      runId: 'run-1',
      at: '2026-03-01T09:30:00.000Z',
      proofs: [{ host: 'shop.example.com', address: ADDRESS, port: 443, listenerPort: 443 }],
      refused: [],
    });
    expect(asks).toMatchObject([{ host: 'shop.example.com', port: 443, speech: 'http', run: RUN }]);
    expect(new Set(asks.flatMap(({ nonces }) => nonces)).size).toBe(4);
    expect(JSON.stringify(asks)).not.toContain(SECRET.key);
  });

  it('may be made behind address translation', async () => {
    const { own } = await looked([at(443)], ({ run, nonces: [nonce = ''] }) => [
      { address: ADDRESS, nonce, seen: '', proof: proofOf({ run, nonce }, { destination: '10.0.3.4:444' }) },
    ]);
    expect(own?.proofs).toMatchObject([{ address: ADDRESS, port: 443, listenerPort: 444 }]);
  });

  it('is of the same address however it is spelled', async () => {
    const { own } = await looked([at(443)], ({ run, nonces: [nonce = ''] }) => [
      {
        address: '2001:db8::7',
        nonce,
        seen: '',
        proof: proofOf({ run, nonce }, { destination: '[2001:DB8:0::7]:443' }),
      },
    ]);
    expect(own?.proofs).toHaveLength(1);
  });
});

type Bad = (challenge: Challenge) => Partial<AskedListener>;
const REFUSED: readonly (readonly [string, Bad, string])[] = [
  ['of an earlier challenge', ({ run }) => ({ proof: proofOf({ run, nonce: 'ff'.repeat(16) }) }), 'another challenge'],
  ['for another run’s key', ({ nonce }) => ({ proof: proofOf({ run: 'fedcba9876543210', nonce }) }), 'another challenge, run or code'],
  ['with another code', (challenge) => ({ proof: proofOf(challenge, {}, { code: OTHER_CODE }) }), 'run or code'],
  ['that was altered', (challenge) => ({ proof: { ...proofOf(challenge), destination: `${ADDRESS}:80` } }), 'run or code'],
  ['from another TLS session', (challenge) => ({ proof: proofOf(challenge, {}, { exporter: Buffer.alloc(32) }) }), 'TLS session of its own'],
  ['of a listener on a port that anybody may open', (challenge) => ({ proof: proofOf(challenge, { destination: `${ADDRESS}:8443` }) }), 'port 8443, which anybody'],
  ['of another machine', (challenge) => ({ proof: proofOf(challenge, { destination: '8.8.4.80:443' }) }), 'listener is at 8.8.4.80: the test was passed on'],
  ['of a forwarder’s own loopback', (challenge) => ({ proof: proofOf(challenge, { destination: '127.0.0.1:443' }) }), 'listener is at 127.0.0.1: the test was passed on'],
  ['of another machine of a private network', (challenge) => ({ address: '10.0.0.1', proof: proofOf(challenge, { destination: '10.0.0.2:443' }) }), 'listener is at 10.0.0.2'],
  ['without an address', (challenge) => ({ proof: proofOf(challenge, { destination: ':::' }) }), 'names no address and port'],
  ['that did not come', () => ({ proof: undefined, seen: 'no answer (silence until the timeout)' }), 'silence until the timeout'],
  ['of a challenge that nobody made', () => ({ nonce: 'ee'.repeat(16) }), 'was not given, or twice'],
]; // biome-ignore format: one line each

describe('nothing is proven by a proof', () => {
  it.each(REFUSED)('%s', async (_, bad, why) => {
    const { own } = await looked([at(443)], ({ run, nonces: [nonce = ''] }) => [
      { address: ADDRESS, nonce, seen: 'a proof', proof: proofOf({ run, nonce }), ...bad({ run, nonce }) },
    ]);
    expect(own?.proofs).toEqual([]);
    expect(own?.refused).toMatchObject([{ host: 'shop.example.com', why: expect.stringContaining(why) }]);
  });

  it('that counts for a second address as well', async () => {
    const { own } = await looked([at(443)], (ask) => [
      ...proving(ask),
      ...proving(ask).map((one) => ({ ...one, address: '8.8.4.8' })),
    ]);
    expect(own?.proofs.map(({ address }) => address)).toEqual([ADDRESS]);
    expect(own?.refused).toHaveLength(1);
  });

  it('that could not be asked for', async () => {
    const ports = { now: () => NOW, randomHex: (bytes: number) => 'ab'.repeat(bytes) };
    const run = { runId: 'run-1', records: new Map(), secret: SECRET };
    const targets = [{ name: 'shop', endpoints: [at(443)] }];
    const askListeners: AskListeners = async () => ({ status: 'unavailable', message: 'throttled' });
    const own = await ownListeners({ ...run, targets }, { ...ports, askListeners });
    expect(own).toMatchObject({ proofs: [], refused: [{ why: 'it could not be asked: throttled' }] });
  });
});

describe('who is asked', () => {
  it.each([
    ['plain HTTP first', [at(443), at(80)], [80, 'http']],
    ['a mail server before port 25, which AWS closes', [at(25), at(587)], [587, 'smtp']],
    ['any other by a line', [at(8443), at(636)], [636, 'line']],
  ])('%s', async (_, endpoints, [port, speech]) => {
    const { asks } = await looked(endpoints);
    expect(asks).toMatchObject([{ port, speech }]);
  });

  it.each([
    ['a port from 1024 on', at(8443)],
    ['one with TLS from the first byte', at(465)],
  ])('not %s, which is said', async (_, one) => {
    const { own, asks } = await looked([one]);
    expect(asks).toEqual([]);
    expect(own).toMatchObject({ proofs: [], refused: [{ why: expect.stringContaining('below 1024') }] });
  });

  it.each([
    ['what must be closed', at(443, { expect: 'closed' })],
    ['a server in its own protocol', endpoint({ kind: 'https', host: 'shop.example.com', port: 443 })],
    ['somebody else’s server', at(443, { isDependency: true })],
  ])('not %s', async (_, one) => {
    expect(await looked([one])).toEqual({ own: undefined, asks: [] });
  });

  it('nobody for a host that is proven or vouched for', async () => {
    const record: TargetRecord = {
      name: 'shop',
      hosts: ['shop.example.com'],
      authorisation: { kind: 'proven', method: 'dns-txt', at: '2026-02-01T00:00:00.000Z' },
    };
    expect(await looked([at(443)], proving, { record })).toEqual({ own: undefined, asks: [] });
  });

  it('nobody without a key, by which alone a proof can be judged', async () => {
    const { key: _, ...secret } = SECRET;
    expect(await looked([at(443)], proving, { secret })).toEqual({ own: undefined, asks: [] });
  });

  it('eight hosts of a run, each once', async () => {
    const hosts = Array.from({ length: 10 }, (_, index) => `h${index}.example.com`);
    const { own, asks } = await looked(hosts.flatMap((host) => [at(80, { host }), at(443, { host })]));
    expect(asks.map(({ host }) => host)).toEqual(hosts.slice(0, 8));
    expect(own?.refused.map(({ host }) => host)).toEqual(hosts.slice(8));
  });
});
