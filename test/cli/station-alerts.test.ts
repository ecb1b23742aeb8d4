/** Alerts of a station: from the command that registers a webhook to what its receiver and a mail server get. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChangeEvent } from '../../lib/model/change-event.ts';
import { makeToken, newFolder, type RunningStation, startStation } from '../local/station/running-station.ts';
import { banner, closedPort, listen, type Peer } from '../servers/tcp-peers.ts';
import { answering, type Receiver, startReceiver } from '../service/alerts/receiver.ts';

const QUICK = ['--no-default-controls', '--confirm', '1', '--confirm-pause', '0', '--no-share'];
const folder = newFolder();
const mails: string[] = [];
const wakers: (() => void)[] = [];
let smtp: SMTPServer;
let receiver: Receiver;
let station: RunningStation;
let operator: string;
let port: number;
let peer: Peer | undefined;

const cli = (...args: string[]) => station.cli(operator, ...args);
/** Waits for an event of the receivers, not for a time. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise<void>((resolve) => wakers.push(resolve));
}
const wake = (): void => {
  for (const one of wakers.splice(0)) one();
};

beforeAll(async () => {
  port = await closedPort();
  receiver = await startReceiver((response) => {
    answering(200)(response, 1);
    wake();
  });
  smtp = new SMTPServer({
    disableReverseLookup: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        mails.push(Buffer.concat(chunks).toString());
        done();
        wake();
      });
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  const address = smtp.server.address();
  const mail = {
    host: '127.0.0.1',
    port: typeof address === 'object' && address !== null ? address.port : 0,
    tls: 'none',
    private: true,
    from: 'checks@example.com',
    to: ['ops@example.com'],
  };
  writeFileSync(join(folder, 'mail.json'), JSON.stringify(mail), { mode: 0o600 });
  station = await startStation(folder);
  operator = await makeToken(folder, 'operator', '--name', 'ada');
});
afterAll(async () => {
  await station?.end('SIGKILL');
  await peer?.close();
  await new Promise<void>((resolve) => smtp.close(() => resolve()));
});

const changes = () => receiver.got.map(({ body }) => ChangeEvent.parse(JSON.parse(body)));

describe('a station', () => {
  it('registers a webhook, shows none of its secret, and tries it', async () => {
    const added = await cli(
      'webhook',
      'add',
      'desk',
      '--url',
      `http://127.0.0.1:${receiver.port}/secret-path`,
    );
    expect(added).toMatchObject({ status: 0, stdout: expect.stringMatching(/^whsec_/) });
    const listed = await cli('webhook', 'list');
    expect(listed.stdout).toContain(`desk  generic  http://127.0.0.1:${receiver.port}/…  every change`);
    const tested = await cli('webhook', 'test', 'desk');
    expect(tested).toMatchObject({ status: 0, stdout: 'desk: the receiver took it with 200\n' });
    expect(changes()).toMatchObject([
      { fleet: 'station', title: 'Test of this webhook: nothing has happened' },
    ]);
    expect(await cli('webhook', 'test', 'none')).toMatchObject({ status: 64 });
  });

  it('tells of a failure and of its end, to webhook and mail', async () => {
    await cli('target', 'add', 'shop', '--check', `tcp://127.0.0.1:${port}`);
    await cli('run', 'shop', '--wait', ...QUICK);
    await until(() => changes().length >= 2 && mails.length >= 1);
    expect(changes()[1]).toMatchObject({ target: 'shop', kind: 'failing', cause: 'tcp.refused' });
    expect(mails[0]).toContain(`Message-ID: <${changes()[1]?.id}@example.com>`);
    const open = await cli('alert', 'list');
    expect(open.stdout).toMatch(/^shop\n {2}alert {4}critical, open since .*, 1 endpoint failing: shop: /);
    expect(open.stdout).toContain('nobody has acknowledged it');
    const support = await makeToken(folder, 'support', '--name', 'eve');
    const acknowledged = await station.cli(support, 'alert', 'ack', 'shop', '--reason', 'CHG-1 is on it');
    expect(acknowledged.stdout).toMatch(/acknowledged by station:support\/eve, .* UTC: CHG-1 is on it\n$/);
    await until(() => changes().length >= 3 && mails.length >= 2);
    expect(changes()[2]).toMatchObject({ kind: 'acknowledged', alert: { key: changes()[1]?.alert?.key } });
    expect((await cli('target', 'show', 'shop')).stdout).toContain('CHG-1 is on it');
    await cli('run', 'shop', '--wait', ...QUICK, '--output', join(folder, 'report.json'));
    expect(JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'))).toMatchObject({
      acknowledged: { by: 'station:support/eve', reason: 'CHG-1 is on it' },
    });
    peer = await listen(banner('220 ready\r\n'), '127.0.0.1', port);
    await cli('run', 'shop', '--wait', ...QUICK);
    await until(() => changes().length >= 4 && mails.length >= 3);
    expect(changes()[3]).toMatchObject({ target: 'shop', kind: 'recovered', alert: { state: 'closed' } });
    expect(mails).toHaveLength(3);
    expect((await cli('alert', 'list')).stdout).toBe('no alert is open\n');
    expect(await cli('alert', 'ack', 'shop', '--reason', 'late')).toMatchObject({ status: 64 });
    expect((await cli('history', 'shop', '--cloud')).stdout).toContain('CHG-1 is on it');
  });

  it('repeats nothing after a kill, and removes a webhook', async () => {
    await station.end('SIGKILL');
    station = await startStation(folder);
    await cli('run', 'shop', '--wait', ...QUICK);
    expect(changes()).toHaveLength(4);
    expect(await cli('webhook', 'remove', 'desk')).toMatchObject({ status: 0 });
    expect((await cli('webhook', 'list')).stdout).toBe('there is no webhook yet\n');
  });
});
