import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { ProbeContext } from '../../../lib/kinds/contract/probe.ts';
import { diagnose } from '../../../lib/kinds/diagnoses.ts';
import { ListenerObservation } from '../../../lib/kinds/listener/observation.ts';
import { probeListener } from '../../../lib/kinds/listener/probe.ts';
import {
  PROOF_READ_BYTES,
  proofLine,
  readChallenge,
  runKey,
  sessionExporter,
} from '../../../lib/kinds/listener/proof.ts';
import { digestChallenge, wordsFit } from '../../../lib/kinds/listener/read-back.ts';
import { listenerReading } from '../../../lib/kinds/listener/reading.ts';
import { wordsOf } from '../../../lib/kinds/listener/words.ts';
import type { ProbeSpec } from '../../../lib/model/plan.ts';
import { createAuthority } from '../../certificates/authority.ts';
import { inFakeTime } from '../../servers/fake-time.ts';
import { testContext, testSpec, testVantage } from '../../servers/probe-context.ts';
import {
  CODE,
  type ListenerScript,
  OTHER_CODE,
  type ScriptedListener,
  scriptedListener,
} from '../../servers/scripted-listener.ts';
import {
  answer,
  closedPort,
  drip,
  droppingPort,
  endless,
  finAtOnce,
  listen,
  peersOfTest,
  resetAfter,
  silent,
} from '../../servers/tcp-peers.ts';
import { tlsServer } from '../../servers/tls-server.ts';

const RUN = '0011223344556677';
const secret = { run: RUN, key: runKey(CODE, RUN) };

const peers = peersOfTest();
const listeners: ScriptedListener[] = [];
afterEach(async () => {
  await peers.close();
  await Promise.all(listeners.splice(0).map((one) => one.close()));
});

async function listener(script: ListenerScript, address?: string): Promise<ScriptedListener> {
  const started = await scriptedListener(script, address);
  listeners.push(started);
  return started;
}

const peerThat = (serve: (socket: Socket) => void) => peers.kept(listen(serve));

async function probe(port: number, spec: Partial<ProbeSpec> = {}, given: ProbeContext['listener'] = secret) {
  const context = { ...testContext(), ...(given && { listener: given }) };
  const observation = await probeListener(testSpec('listener', { port, ...spec }), context);
  expect(ListenerObservation.parse(observation)).toEqual(observation);
  expect(JSON.stringify(observation)).not.toContain(secret.key);
  return observation;
}

const withoutCode = (port: number, spec: Partial<ProbeSpec> = {}) =>
  probeListener(testSpec('listener', { port, ...spec }), testContext());

function judge(observation: ListenerObservation, vantage = testVantage()) {
  const endpoint = {
    id: observation.endpointId,
    target: observation.host,
    kind: 'listener' as const,
    host: observation.host,
    port: observation.port,
    expect: 'open' as const,
    level: 'required' as const,
  };
  const { state, faults, summary } = diagnose(observation, { endpoint, vantage, now: Date.now() });
  return { state, causes: faults.map(({ cause, severity }) => `${cause} ${severity}`), summary };
}

const certificate = async () => (await createAuthority()).issue({ names: ['listener.invalid'] });

describe('the listener probe', () => {
  it.each(['http', 'smtp', 'line'] as const)('takes the proof of a listener over %s', async (speech) => {
    const { port, heard } = await listener({ speech });
    const observation = await probe(port, { speech });
    expect(observation.listener).toMatchObject({ status: 'proven', speech, listenerTime: 1_800_000_000 });
    expect(observation.exchange.map(({ text }) => text)).toContain(
      `a proof: destination 127.0.0.1:${port}, source 127.0.0.1:${observation.localPort}`,
    );
    expect(judge(observation)).toEqual({
      state: 'open',
      causes: [],
      summary: `Proven end to end: 127.0.0.1:${port} → 127.0.0.1:${port}, where the listener answers; source not rewritten (127.0.0.1:${observation.localPort}).`,
    });
    expect(heard[0]).toMatch(
      {
        http: /^GET \/icl1-0011223344556677-[0-9a-f]{32}\/[a-z]+-[a-z]+-\d\d HTTP\/1\.1$/,
        smtp: /^EHLO [a-z]+-[a-z]+-\d\d\.icl1-0011223344556677-[0-9a-f]{32}\.invalid$/,
        line: /^icl1-0011223344556677-[0-9a-f]{32} [a-z]+-[a-z]+-\d\d$/,
      }[speech],
    );
  });

  it.each(['http', 'smtp'] as const)('has the proof cover the TLS session over %s', async (speech) => {
    const { port } = await listener({ speech, tls: await certificate() });
    const observation = await probe(port, { host: 'www.example.com', speech: `${speech}s` });
    expect(observation.listener).toMatchObject({ status: 'proven', tlsProof: true });
    expect(observation.tls?.handshake).toEqual({ status: 'complete' });
    expect(observation.tls?.chain).toBeUndefined();
    expect(judge(observation)).toMatchObject({ state: 'open', causes: [] });
  });

  it('speaks what is usual on the port where nothing else is said', async () => {
    const heard: string[] = [];
    const peer = await peerThat((socket) => socket.once('data', (chunk) => heard.push(String(chunk))));
    const dial = testContext().dial;
    const context = {
      ...testContext(),
      dial: (address: string, _: number, options: Parameters<typeof dial>[2]) =>
        dial(address, peer.port, options),
    };
    for (const port of [80, 8080, 9000])
      await probeListener(testSpec('listener', { port, timeoutMs: 100 }), context);
    expect(heard.map((text) => text.slice(0, 5))).toEqual(['GET /', 'GET /', 'icl1-']);
  });

  it('says that the source was rewritten where both ends differ about it', async () => {
    const source = '10.9.8.7:4711';
    const { port } = await listener({
      speech: 'line',
      line: (_, challenge) =>
        proofLine(runKey(CODE, challenge.run), challenge, { destination: '10.0.3.4:443', source, time: 1 }),
    });
    const observation = await probe(port, { speech: 'line' });
    expect(judge(observation).summary).toBe(
      `Proven end to end: 127.0.0.1:${port} → 10.0.3.4:443, where the listener answers; source rewritten on the way: sent from 127.0.0.1:${observation.localPort}, seen as ${source}.`,
    );
    // A private address never arrives at a public one, whoever rewrites it.
    const fromHome = { ...observation, address: '198.51.100.7', localAddress: '192.168.1.2' };
    expect(judge({ ...fromHome, address: '8.8.8.8' }).summary).toContain(`source seen as ${source}.`);
  });

  it('names what ends TLS on the way: in another session, or at one end alone', async () => {
    const tls = await certificate();
    const elsewhere = (challenge: { run: string; nonce: string }, exporter?: Buffer): string =>
      proofLine(
        runKey(CODE, challenge.run),
        challenge,
        { destination: '10.0.3.4:443', source: '10.0.3.1:9', time: 1 },
        exporter,
      );
    const cases = [
      [
        { speech: 'http', tls, line: (_: string, one) => elsewhere(one, Buffer.alloc(32, 7)) },
        'https',
        'another TLS session',
      ],
      [{ speech: 'http', tls, line: (_: string, one) => elsewhere(one) }, 'https', 'but without TLS'],
      [
        { speech: 'http', line: (_: string, one) => elsewhere(one, Buffer.alloc(32, 7)) },
        'http',
        'it sees TLS',
      ],
    ] as const satisfies readonly (readonly [ListenerScript, ProbeSpec['speech'], string])[];
    for (const [script, speech, words] of cases) {
      const { port } = await listener(script);
      const observation = await probe(port, { speech });
      expect(observation.listener?.status).toBe('other-session');
      const { state, causes, summary } = judge(observation);
      expect([state, causes]).toEqual(['open', ['path.tls-terminated warn']]);
      expect(summary).toContain(words);
    }
  });

  it('finds another host where the answer has no proof', async () => {
    for (const speech of ['http', 'smtp', 'line'] as const) {
      const { port } = await listener({ speech, line: () => undefined });
      const observation = await probe(port, { speech });
      expect(observation.listener?.status).toBe('no-proof');
      expect(judge(observation)).toMatchObject({ state: 'broken', causes: ['path.another-host fail'] });
    }
    const peer = await peerThat(answer('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'));
    expect(judge(await probe(peer.port, { speech: 'http' })).summary).toContain('HTTP/1.1 404 Not Found');
  });

  it.each<[string, ListenerScript['line'] | undefined]>([
    ['made with another code', undefined],
    ['that is forged', (own) => own.replace(/[0-9a-f]{64}$/, 'f'.repeat(64))],
    ['whose destination was altered', (own) => own.replace(/ 127\.0\.0\.1:/, ' 203.0.113.7:')],
    [
      'that was made for another connection',
      (_, challenge) => {
        const other = { ...challenge, nonce: 'ab'.repeat(16) };
        return proofLine(runKey(CODE, RUN), other, {
          destination: '10.0.0.1:1',
          source: '10.0.0.2:2',
          time: 1,
        });
      },
    ],
    [
      'that was made in another run',
      (_, challenge) =>
        proofLine(runKey(CODE, 'ffffffffffffffff'), challenge, {
          destination: '10.0.0.1:1',
          source: '10.0.0.2:2',
          time: 1,
        }),
    ],
  ])('refuses a proof %s', async (name, line) => {
    const code = name.includes('another code') ? OTHER_CODE : CODE;
    const { port } = await listener({ speech: 'line', code, ...(line && { line }) });
    const observation = await probe(port, { speech: 'line' });
    expect(observation.listener?.status).toBe('wrong-proof');
    expect(judge(observation)).toMatchObject({ state: 'broken', causes: ['path.another-host fail'] });
    expect(listenerReading.proven?.(observation)).toBe(false);
  });

  it('proves nothing and refuses nothing without a code', async () => {
    const { port } = await listener({ speech: 'line' });
    const claimed = await withoutCode(port, { speech: 'line' });
    expect(claimed.listener).toMatchObject({ status: 'unverified', destination: `127.0.0.1:${port}` });
    expect(judge(claimed)).toMatchObject({ state: 'open', causes: [] });
    expect(judge(claimed).summary).toContain('nothing of that is proven');
    const peer = await peerThat(answer('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'));
    const other = await withoutCode(peer.port, { speech: 'http' });
    expect(other.listener?.status).toBe('unverified');
    expect(judge(other)).toMatchObject({ state: 'open', causes: [] });
    expect(listenerReading.proven?.(other)).toBe(false);
  });

  it('keeps the words and the challenge out of the evidence, and lets a person have them compared', async () => {
    const heard: string[] = [];
    const peer = await peerThat((socket) => {
      socket.once('data', (chunk) => {
        const line = chunk.toString('latin1');
        heard.push(line);
        const words = line.split(' ')[1]?.trim() ?? '';
        socket.end(`you said ${line.trim()}, ${words.toUpperCase()}, ${words.replaceAll('-', ' ')}\r\n`);
      });
    });
    const observation = await probe(peer.port, { speech: 'line' });
    const [, nonce = ''] = /-([0-9a-f]{32}) /.exec(heard[0] ?? '') ?? [];
    const words = wordsOf(nonce);
    const written = JSON.stringify(observation).toLowerCase();
    for (const hidden of [nonce, words, words.replaceAll('-', ' ')]) expect(written).not.toContain(hidden);
    expect(observation.listener?.read.text).toContain('you said (challenge)');
    const digest = observation.listener?.readBack;
    expect(observation.listener?.wordsDigest).toBe(digestChallenge(nonce));
    expect(digest && wordsFit(words.replaceAll('-', ' ').toUpperCase(), digest)).toBe(true);
    expect(digest && wordsFit('alfa alfa 10', digest)).toBe(words === 'alfa-alfa-10');
  });

  it.each([
    ['stays silent', silent, 'tcp.accepts-then-silent'],
    ['closes at once', finAtOnce, 'tcp.accepts-then-resets'],
    ['resets after 50 ms', resetAfter(50), 'tcp.accepts-then-resets'],
  ] as const)(
    'finds a peer broken that accepts and %s, with a code and without',
    async (_name, serve, cause) => {
      const peer = await peerThat(serve);
      for (const seen of [
        await probe(peer.port, { timeoutMs: 300 }),
        await withoutCode(peer.port, { timeoutMs: 300 }),
      ])
        expect(judge(seen)).toMatchObject({ state: 'broken', causes: [`${cause} fail`] });
    },
  );

  it('finds a refused port closed, and dropped packets filtered where the control works', async () => {
    expect(judge(await probe(await closedPort()))).toMatchObject({
      state: 'closed',
      causes: ['tcp.refused fail'],
    });
    const { port } = await peers.kept(droppingPort());
    const control = { port, family: 4 as const, target: 'control.example', ok: true, detail: '', at: '' };
    const seen = await probe(port, { timeoutMs: 200 });
    expect(judge(seen, testVantage({ controls: [control] }))).toMatchObject({
      state: 'filtered',
      causes: ['tcp.filtered fail'],
    });
  });

  it('sends the same words to a port in each connection of a run, so that whichever line is read fits', async () => {
    const { port, heard } = await listener({ speech: 'line', line: () => undefined });
    const given = { ...secret, wordsSeed: '6a'.repeat(16) };
    const seen = await probe(port, { speech: 'line' }, given);
    await probe(port, { speech: 'line' }, given);
    const [first, second] = heard.map((line) => line.split(' '));
    expect(second?.[1]).toBe(first?.[1]);
    expect(second?.[0]).not.toBe(first?.[0]);
    const digest = seen.listener?.readBack;
    expect(digest && wordsFit(String(second?.[1]), digest)).toBe(true);
  });

  it('finds no TLS where TLS must be', async () => {
    const { port } = await listener({ speech: 'line', toHello: (socket) => socket.end('what?\r\n') });
    const seen = await probe(port, { speech: 'https', timeoutMs: 1_000 });
    expect(seen.listener).toBeUndefined();
    expect(judge(seen).state).toBe('broken');
  });

  it.each([
    ['https', 'http'],
    ['smtps', 'smtp'],
    ['smtps', 'line'],
  ] as const)(
    'takes a proof in clear of a listener without TLS, asked as %s and then by %s',
    async (asked, speech) => {
      const { port } = await listener({ speech });
      const seen = await probe(port, { speech: asked });
      expect(seen.listener).toMatchObject({ status: 'proven', speech, tlsFailed: true });
      expect(judge(seen)).toMatchObject({ state: 'open', causes: [] });
      expect(judge(seen).summary).toContain(
        `source not rewritten (127.0.0.1:${seen.localPort}); without TLS, which the listener there does not speak.`,
      );
    },
  );

  it.each<[string, (socket: Socket) => unknown]>([
    ['resets it', (socket) => socket.resetAndDestroy()],
    ['closes on it', (socket) => socket.end()],
    ['answers with a page of its own', (socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\nno')],
    ['answers with an alert', (socket) => socket.end(Buffer.from('15030300020228', 'hex'))],
  ])('takes no proof in clear where something on the way, at the hello, %s', async (_, toHello) => {
    const { port, heard } = await listener({ speech: 'http', toHello });
    const seen = await probe(port, { speech: 'https' });
    expect(heard).toEqual([]);
    expect(judge(seen)).toMatchObject({ state: expect.not.stringMatching('open') });
  });

  it.each([{ line: () => undefined }, { code: OTHER_CODE }])(
    'says that TLS failed where what answers in clear proves nothing',
    async (script) => {
      const { port } = await listener({ speech: 'http', ...script });
      const seen = await probe(port, { speech: 'https' });
      expect(seen.listener).toBeUndefined();
      expect(judge(seen).causes[0]).toMatch(/^tls\./);
    },
  );

  it('reads no more than its bound of an endless answer', async () => {
    const peer = await peerThat(endless('icl1 spam '));
    const { listener: seen } = await probe(peer.port, { speech: 'line' });
    expect(seen).toMatchObject({ status: 'no-proof', read: { end: 'too-large' } });
    expect(seen?.read.bytes).toBeLessThanOrEqual(PROOF_READ_BYTES);
    expect(seen?.read.text.length).toBeLessThanOrEqual(300);
  });

  it('waits seconds, not its whole budget, for a peer that sends a byte now and then', async () => {
    const peer = await peerThat(drip('x', 500));
    const seen = await inFakeTime(() => probe(peer.port, { speech: 'line', timeoutMs: 60_000 }));
    expect(seen.listener).toMatchObject({ status: 'no-proof', read: { end: 'timeout' } });
    expect(seen.timings.total).toBeGreaterThan(3_900);
    expect(seen.timings.total).toBeLessThan(6_000);
    expect(listenerReading.restsOnTime(seen)).toBe(true);
  });

  it('waits for the part of a proof line that is over the TLS session', async () => {
    const { key, cert } = await certificate();
    const port = await tlsServer({ key, cert }, (socket) => {
      socket.once('data', (chunk) => {
        const challenge = readChallenge(String(chunk));
        if (challenge === undefined) return socket.destroy();
        const said = { destination: '10.0.3.4:443', source: '10.0.3.1:9', time: 1 };
        const line = proofLine(runKey(CODE, challenge.run), challenge, said, sessionExporter(socket));
        // All but the last part; that follows when the client has had this one.
        const cut = line.lastIndexOf(' ');
        socket.write(line.slice(0, cut), () => setImmediate(() => socket.write(`${line.slice(cut)}\r\n`)));
        return undefined;
      });
    });
    expect((await probe(port, { speech: 'https' })).listener?.status).toBe('proven');
  });

  it('waits for the negative control after a bare handshake only', async () => {
    const quiet = await peerThat(silent);
    expect(listenerReading.restsOnConnect(await probe(quiet.port, { timeoutMs: 100 }))).toBe(true);
    const { port } = await listener({ speech: 'line' });
    const proven = await probe(port, { speech: 'line' });
    expect(listenerReading.restsOnConnect(proven)).toBe(false);
    expect(listenerReading.proven?.(proven)).toBe(true);
  });

  it('says that the run ended, and not that another host answered', async () => {
    const run = new AbortController();
    const peer = await peerThat((socket) => {
      socket.write('half an ');
      socket.once('data', () => run.abort());
    });
    const context = { ...testContext({ deadline: run.signal }), listener: secret };
    const seen = await probeListener(testSpec('listener', { port: peer.port, speech: 'line' }), context);
    expect(judge(seen)).toMatchObject({ state: 'inconclusive', causes: ['prober.deadline fail'] });
  });
});

describe('beside a web server', () => {
  /** IIS on port 80, and below one folder the text for PowerShell. */
  async function iis(hasText: boolean) {
    const asked: string[] = [];
    const { port } = await peerThat((socket) => {
      socket.on('error', () => socket.destroy());
      socket.once('data', (bytes) => {
        const [line = ''] = bytes.toString('latin1').split('\r\n');
        asked.push(line);
        const challenge = readChallenge(line);
        const isBelow = line.startsWith('GET /Temporary_Listen_Addresses/icl1-');
        const { localPort, remotePort } = socket;
        const own =
          challenge &&
          proofLine(runKey(CODE, challenge.run), challenge, {
            destination: `127.0.0.1:${localPort}`,
            source: `127.0.0.1:${remotePort}`,
            time: 1_800_000_000,
          });
        socket.end(
          hasText && isBelow
            ? `HTTP/1.1 200 OK\r\nServer: Microsoft-HTTPAPI/2.0\r\n\r\n${own}\r\n`
            : 'HTTP/1.1 404 Not Found\r\nServer: Microsoft-HTTPAPI/2.0\r\nContent-Length: 3\r\n\r\nno\n',
        );
      });
    });
    return { port, asked };
  }

  it('asks once more below the folder that Windows leaves open, and tells of it', async () => {
    const { port, asked } = await iis(true);
    const observation = await probe(port, { speech: 'http' });
    expect(observation.listener).toMatchObject({ status: 'proven', beside: true });
    expect(observation.listener?.tlsFailed).toBeUndefined();
    expect(asked).toHaveLength(2);
    expect(asked[0]).toMatch(/^GET \/icl1-/);
    const { state, summary } = judge(observation);
    expect(state).toBe('open');
    expect(summary).toContain('below /Temporary_Listen_Addresses/, beside the web server that is there');
  });

  it('stays with the first answer where there is no proof, after one request more and no third', async () => {
    const { port, asked } = await iis(false);
    const { listener: result } = await probe(port, { speech: 'http' });
    expect(result).toMatchObject({ status: 'no-proof' });
    expect(result?.beside).toBeUndefined();
    expect(asked).toHaveLength(2);
  });

  it('asks once alone without a code, and where the answer is no page', async () => {
    const { port, asked } = await iis(true);
    await withoutCode(port, { speech: 'http' });
    expect(asked).toHaveLength(1);
    let connections = 0;
    const banner = await peerThat((socket) => {
      connections += 1;
      socket.on('error', () => socket.destroy()).end('SSH-2.0-x\r\n');
    });
    await probe(banner.port, { speech: 'http' });
    expect(connections).toBe(1);
  });
});
