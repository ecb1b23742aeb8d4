/** `inbound-check listen` and `check --with-listener` by process: both real ends on loopback. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Report } from '../../lib/engine/report-schema.ts';
import { spellCode } from '../../lib/kinds/listener/code.ts';
import { newListenerCode } from '../../lib/kinds/listener/new-code.ts';
import { createAuthority } from '../certificates/authority.ts';
import { closedPort } from '../servers/tcp-peers.ts';
import { tlsServer } from '../servers/tls-server.ts';
import { listen } from './listeners.ts';
import { collect, runCli, startCli } from './run-cli.ts';

const environmentOf = (text: string) => ({ env: { INBOUND_CHECK_LISTENER_CODE: text } });
const code = spellCode(newListenerCode());

/** A listener whose ports are open; its screen as it grows. */
async function listening(ports: readonly string[]) {
  const child = startCli(['listen', '--bind', '127.0.0.1', '--ports', ports.join(',')], environmentOf(code));
  onTestFinished(() => void child.kill('SIGKILL'));
  child.stdin.end();
  const { seen, ended } = collect(child);
  const isOpen = (): boolean =>
    ports.every((port) => seen.stdout.includes(`${Number.parseInt(port, 10)} WAITING`));
  while (!isOpen()) {
    await Promise.race([once(child.stdout, 'data'), ended]);
    if (child.exitCode !== null) throw new Error(`it ended: ${seen.stdout}${seen.stderr}`);
  }
  return { child, seen, ended };
}

const check = (uris: readonly string[], given = code) =>
  runCli(
    [
      ...['check', ...uris, '--with-listener', '--format', 'json'],
      ...['--allow-private', '--no-default-controls', '--confirm', '0'],
    ],
    environmentOf(given),
  );

describe('both ends', () => {
  it('prove each other over HTTP, HTTPS, SMTP, SMTP in TLS and a line, and one stop is one stop', async () => {
    const [http, https, smtp, smtps, line] = await Promise.all(Array.from({ length: 5 }, closedPort));
    const ports = [`${http}`, `${https}`, `${smtp}/smtp`, `${smtps}/smtps`, `${line}`];
    const { child, seen, ended } = await listening(ports);
    const uris = [
      `http://127.0.0.1:${http}/`,
      `https://127.0.0.1:${https}/`,
      `smtp://127.0.0.1:${smtp}`,
      `smtps://127.0.0.1:${smtps}`,
      `tcp://127.0.0.1:${line}`,
    ];
    const { status, stdout, stderr } = await check(uris);
    expect([status, stderr]).toEqual([0, '']);
    const report = Report.parse(JSON.parse(stdout));
    expect(report.summary).toMatch(/^Proven end to end: 5 ports\. /);
    for (const { summary, observations } of report.endpoints) {
      expect(summary).toContain('source not rewritten');
      const evidence = observations[0]?.evidence;
      const seen = evidence?.kind === 'listener' ? evidence.listener : undefined;
      expect(seen?.status).toBe('proven');
      expect(seen?.tlsProof).toBe(seen?.speech === 'https' || seen?.speech === 'smtps' ? true : undefined);
    }
    expect(stdout).not.toContain(code);
    child.kill('SIGINT');
    await ended;
    for (const port of ports)
      expect(seen.stdout).toMatch(new RegExp(`^${Number.parseInt(port, 10)} ARRIVED `, 'm'));
  });

  it('name where the connection came out behind a forwarder, and that its source was rewritten', async () => {
    const port = await closedPort();
    await listening([`${port}`]);
    const relay = await listen((socket) => {
      const onward = connect(port, '127.0.0.1');
      onward.on('error', () => socket.destroy());
      socket.pipe(onward).pipe(socket);
    });
    for (const uri of [`http://127.0.0.1:${relay}/`, `https://127.0.0.1:${relay}/`]) {
      const { status, stdout } = await check([uri]);
      expect(status).toBe(0);
      const [endpoint] = Report.parse(JSON.parse(stdout)).endpoints;
      expect(endpoint?.cause).toBeUndefined();
      expect(endpoint?.summary).toContain(`127.0.0.1:${relay} → 127.0.0.1:${port}`);
      expect(endpoint?.summary).toContain('source rewritten on the way: sent from 127.0.0.1:');
    }
  });

  it('name a device that ends TLS and begins it again, or goes on without', async () => {
    const port = await closedPort();
    await listening([`${port}`]);
    const { key, cert } = await (await createAuthority()).issue({ names: ['device.example'] });
    for (const onwards of [
      () => connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false }),
      () => connect(port, '127.0.0.1'),
    ]) {
      const device = await tlsServer({ key, cert }, (socket) => {
        const onward = onwards();
        onward.on('error', () => socket.destroy());
        socket.pipe(onward).pipe(socket);
      });
      const { status, stdout } = await check([`https://127.0.0.1:${device}/`]);
      expect(status).toBe(0);
      const report = Report.parse(JSON.parse(stdout));
      expect(report.endpoints[0]).toMatchObject({ verdict: 'warn', cause: 'path.tls-terminated' });
      expect(report.summary).toContain('0 of 1 port proven end to end');
    }
  });

  it('with different codes: the port is open, and another host’s', async () => {
    const port = await closedPort();
    await listening([`${port}`]);
    const { status, stdout } = await check([`tcp://127.0.0.1:${port}`], spellCode(newListenerCode()));
    expect(status).toBe(1);
    expect(Report.parse(JSON.parse(stdout)).endpoints[0]).toMatchObject({
      cause: 'path.another-host',
      side: 'network',
    });
  });

  it('once the listener is gone: closed, and nothing of it is proven', async () => {
    const port = await closedPort();
    const { child, ended } = await listening([`${port}`]);
    child.kill('SIGINT');
    await ended;
    const { status, stdout } = await check([`tcp://127.0.0.1:${port}`]);
    expect(status).toBe(1);
    const report = Report.parse(JSON.parse(stdout));
    expect(report.endpoints[0]?.cause).toBe('tcp.refused');
    expect(report.summary).toContain('0 of 1 port proven end to end');
    expect(report.remarks).toBeUndefined();
  });
});
