/**
 * A prober that is stopped across its deadline, as a starved Lambda function or a suspended laptop is: a real process, a
 * real SIGSTOP, in each phase of each kind. Nothing that it missed meanwhile may be laid on the far end.
 */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { type EndpointReport, Report } from '../../lib/engine/report-schema.ts';
import { type HeldPeers, startHeldPeers } from '../servers/held-peers.ts';
import { collect, startCli } from './run-cli.ts';

/** As long as a look-up has at most. */
const TIMEOUT_MS = 5_000;

const toClose: HeldPeers[] = [];
afterEach(async () => {
  for (const peers of toClose.splice(0)) await peers.close();
});

async function start(timeoutMs = TIMEOUT_MS) {
  const peers = await startHeldPeers();
  toClose.push(peers);
  const folder = mkdtempSync(join(tmpdir(), 'inbound-check-delay-'));
  const ca = join(folder, 'ca.pem');
  writeFileSync(ca, peers.ca);
  const child = startCli([
    'check',
    ...peers.uris.values(),
    ...['--allow-private', '--no-default-controls', '--no-old-protocols', '--no-history', '--no-sign'],
    ...['--confirm', '0', '--timeout', String(timeoutMs), '--ca', ca, '--recipient', 'box@example.test'],
    ...['--dns', peers.dns, '--format', 'json'],
  ]);
  const { seen, ended } = collect(child);
  const pid = child.pid ?? 0;
  return {
    peers,
    /** Stops the process, and gives back when the kernel has done so. */
    async stop() {
      process.kill(pid, 'SIGSTOP');
      // The state comes after the name in brackets (proc(5)).
      while (!/\) T /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))) await sleep(5);
    },
    /** Lets all deadlines pass that were running, and the process go on. */
    async goOnLate() {
      // Beyond every budget that was running when the stop began.
      await sleep(timeoutMs + 1_000);
      process.kill(pid, 'SIGCONT');
    },
    async reports(): Promise<ReadonlyMap<string, EndpointReport>> {
      await ended;
      if (seen.stdout === '') throw new Error(seen.stderr);
      const { endpoints } = Report.parse(JSON.parse(seen.stdout));
      return new Map(
        [...peers.uris].map(([name, uri]) => {
          // A port of UDP and one of TCP may have one number.
          const [, kind, port] = /^(\w+):.*?:(\d+)/.exec(uri) ?? [];
          const found = endpoints.find((one) => one.kind === kind && one.port === Number(port));
          if (found === undefined) throw new Error(`no report of ${name}`);
          return [name, found];
        }),
      );
    },
  };
}

const words = (one: EndpointReport): string =>
  `${one.verdict} ${one.cause ?? '-'}${one.verdict === 'pass' ? '' : `: ${one.summary}`}`;
const table = (
  reports: ReadonlyMap<string, EndpointReport>,
  say: (one: EndpointReport) => string,
): Record<string, string> => Object.fromEntries([...reports].map(([name, one]) => [name, say(one)]));
const eachOf = ({ uris }: HeldPeers, say: (name: string) => string): Record<string, string> =>
  Object.fromEntries([...uris.keys()].map((name) => [name, say(name)]));
const startTlsMissing = (name: string): boolean => /^smtp: (?!STARTTLS)/.test(name);

it('an answer that came while the prober was stopped is read', async () => {
  const { peers, stop, goOnLate, reports } = await start();
  await peers.reached();
  await stop();
  peers.release('answer');
  peers.answerAtOnce();
  await goOnLate();
  const found = await reports();
  // The mail servers of the test offer no STARTTLS but for one.
  expect(table(found, (one) => (one.cause === 'smtp.starttls-missing' ? 'warn' : words(one)))).toEqual(
    eachOf(peers, (name) => (startTlsMissing(name) ? 'warn' : 'pass -')),
  );
});

it('a peer that gave up while the prober was stopped, twice, is not blamed', async () => {
  const { peers, stop, goOnLate, reports } = await start();
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    await peers.reached();
    await stop();
    peers.release('close');
    await goOnLate();
  }
  const found = await reports();
  expect(table(found, ({ verdict, cause, side }) => `${verdict} ${cause} ${side}`)).toEqual(
    eachOf(peers, () => 'inconclusive prober.late prober'),
  );
  for (const [name, one] of found) {
    const evidence = one.observations.at(-1)?.evidence;
    expect(evidence, name).toMatchObject({ late: { budgetMs: TIMEOUT_MS, attempts: 2 } });
  }
});

/** The reports of peers that stay silent after a stop. */
async function silentAfterStop(timeoutMs: number): Promise<ReadonlyMap<string, EndpointReport>> {
  const { peers, stop, goOnLate, reports } = await start(timeoutMs);
  await peers.reached();
  await stop();
  peers.release('stay');
  await goOnLate();
  return reports();
}

it('a peer that is silent all the same is found silent by the attempt without a stop', {
  timeout: 900_000,
}, async () => {
  let found = await silentAfterStop(TIMEOUT_MS);
  // A machine so busy that the second attempt was late as well shows nothing: a tenth of the time may be lost to that.
  for (const times of [2, 4, 8])
    if ([...found.values()].some(({ cause }) => cause === 'prober.late'))
      found = await silentAfterStop(times * TIMEOUT_MS);
  expect(table(found, ({ verdict, cause }) => `${verdict} ${cause}`)).toEqual({
    'dns: answer': 'inconclusive dns.timeout',
    'http: body': 'fail http.no-response',
    'http: head': 'fail http.no-response',
    'https: HTTP/2': 'fail http.no-response',
    'https: body': 'fail http.no-response',
    'https: handshake': 'fail tls.handshake-timeout',
    'https: head': 'fail http.no-response',
    // No control proves that UDP gets out to these ports.
    'ntp: answer': 'inconclusive prober.no-control',
    'quic: answer': 'inconclusive prober.no-control',
    'smtp: EHLO': 'fail smtp.temporarily-unavailable',
    // The answers to these may take five minutes.
    'smtp: MAIL': 'inconclusive smtp.reply-pending',
    'smtp: RCPT': 'inconclusive smtp.reply-pending',
    'smtp: STARTTLS handshake': 'fail smtp.starttls-failed',
    'smtp: greeting': 'fail smtp.no-banner',
    'smtps: handshake': 'fail tls.handshake-timeout',
    'ssh: look-up of the name': 'inconclusive prober.resolver-unfit',
    'tcp: connect': 'inconclusive prober.no-control',
    'ssh: identification': 'fail tcp.accepts-then-silent',
    'tcp: first byte': 'fail tcp.accepts-then-silent',
    'tcp: reply': 'fail tcp.accepts-then-silent',
    'tls: handshake': 'fail tls.handshake-timeout',
  });
  for (const [name, one] of found) {
    const evidence = one.observations.at(-1)?.evidence;
    expect(evidence?.unread, name).toBeUndefined();
    expect(evidence !== undefined && 'late' in evidence, name).toBe(false);
    // A look-up has no exchange of its own.
    if (name !== 'ssh: look-up of the name')
      expect(JSON.stringify(evidence), name).toContain('thrown away and the attempt made again');
  }
});
