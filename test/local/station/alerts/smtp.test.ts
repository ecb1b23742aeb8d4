import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { MailSettings } from '../../../../lib/local/station/alerts/mail-settings.ts';
import { createSmtpMail } from '../../../../lib/local/station/alerts/smtp.ts';
import { mailOf } from '../../../../lib/service/alerts/email.ts';
import { createWebhookNetwork } from '../../../../lib/service/alerts/network.ts';
import { type Authority, createAuthority, type Issued } from '../../../certificates/authority.ts';
import { endless, listen, type Peer, silent } from '../../../servers/tcp-peers.ts';
import { change, hostileChange } from '../../../service/alerts/change.ts';
import { memoryTelemetry } from '../../../service/runs/ports.ts';

interface Taken {
  readonly from: string;
  readonly to: readonly string[];
  readonly user?: string;
  readonly secure: boolean;
  readonly text: string;
}

const NOW = Date.parse('2026-11-25T01:05:00Z');
const PASSWORD = 'correct horse battery staple';
let authority: Authority;
let good: Issued;
const servers: SMTPServer[] = [];
const peers: Peer[] = [];
beforeAll(async () => {
  authority = await createAuthority();
  good = await authority.issue({ names: ['localhost'], ip: ['127.0.0.1'] });
});
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise<void>((resolve) => server.close(() => resolve()));
  for (const peer of peers.splice(0)) await peer.close();
});

/** Nodemailer's mail server on loopback, and what it took. */
async function startServer(options: SMTPServerOptions = {}): Promise<{ port: number; taken: Taken[] }> {
  const taken: Taken[] = [];
  const server = new SMTPServer({
    key: good.key,
    cert: good.chain,
    disableReverseLookup: true,
    authOptional: true,
    onAuth: ({ username, password }, _session, done) =>
      password === PASSWORD ? done(null, { user: username }) : done(new Error('no')),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        taken.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          ...(typeof session.user === 'string' && { user: session.user }),
          secure: session.secure,
          text: Buffer.concat(chunks).toString(),
        });
        done();
      });
    },
    ...options,
  });
  servers.push(server);
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.server.address();
  return { port: typeof address === 'object' && address !== null ? address.port : 0, taken };
}

const telemetry = memoryTelemetry();
const mailTo = (port: number, different: Partial<MailSettings> = {}, timeoutMs = 10_000) =>
  createSmtpMail(
    {
      host: '127.0.0.1',
      port,
      tls: 'starttls',
      allowPrivate: true,
      from: 'checks@example.com',
      to: ['ops@example.com', 'desk@example.com'],
      trustAnchors: [authority.root],
      ...different,
    },
    {
      network: () =>
        createWebhookNetwork({ allowPrivate: different.allowPrivate ?? true, servers: ['127.0.0.1:1'] }),
      telemetry,
      now: () => NOW,
      timeoutMs,
    },
  );
const send = (mail: ReturnType<typeof mailTo>, event = change()) => mail(mailOf(event), event);
const headers = (text: string): string => text.slice(0, text.indexOf('\r\n\r\n')).replaceAll(/\r\n\s+/g, ' ');

describe('an alert by SMTP', () => {
  it.each(['starttls', 'implicit'] as const)('goes to all recipients, by TLS (%s)', async (tls) => {
    const { port, taken } = await startServer({ secure: tls === 'implicit' });
    expect(await send(mailTo(port, { tls, login: { user: 'checks', password: PASSWORD } }))).toBe(
      'delivered',
    );
    expect(taken).toMatchObject([
      {
        from: 'checks@example.com',
        to: ['ops@example.com', 'desk@example.com'],
        user: 'checks',
        secure: true,
      },
    ]);
    expect(headers(taken[0]?.text ?? '')).toContain('Subject: CRITICAL: Shop: 2 of 3 endpoints fail');
    expect(headers(taken[0]?.text ?? '')).toContain('Auto-Submitted: auto-generated');
    expect(taken[0]?.text).toContain('Since 01:02 UTC. Open port 443.');
  });

  it('has the same Message-ID each time that it is sent, and another change has another', async () => {
    const { port, taken } = await startServer();
    const mail = mailTo(port);
    await send(mail);
    await send(mail);
    await send(mail, change({ id: 'f'.repeat(32), kind: 'recovered', severity: 'info' }));
    const ids = taken.map(({ text }) => /^Message-ID: (.*)$/im.exec(headers(text))?.[1]?.trim());
    expect(ids).toEqual([
      '<0123456789abcdef0123456789abcdef@example.com>',
      '<0123456789abcdef0123456789abcdef@example.com>',
      `<${'f'.repeat(32)}@example.com>`,
    ]);
    // One conversation for a mail program.
    const threads = taken.map(({ text }) => /^References: (.*)$/im.exec(headers(text))?.[1]);
    expect(threads[0]).toMatch(/^<target\.[0-9a-f]{32}@example\.com>/);
    expect(new Set(threads).size).toBe(1);
  });

  it('gets no header from what a stranger wrote', async () => {
    const { port, taken } = await startServer();
    const event = { ...hostileChange(), title: 'x\r\nBcc: thief@example.com\r\n\r\n<script>' };
    await send(mailTo(port), event);
    expect(taken[0]?.to).toEqual(['ops@example.com', 'desk@example.com']);
    expect(headers(taken[0]?.text ?? '')).not.toMatch(/^Bcc:/im);
  });

  it('is not sent where the server offers no STARTTLS, nor is the password', async () => {
    const said: string[] = [];
    const peer = await listen((socket) => {
      socket.write('220 mx ESMTP\r\n');
      socket.on('data', (bytes: Buffer) => {
        said.push(bytes.toString());
        socket.write(
          bytes.toString().startsWith('EHLO') ? '250-mx\r\n250 AUTH PLAIN LOGIN\r\n' : '502 no\r\n',
        );
      });
    });
    peers.push(peer);
    await expect(
      send(mailTo(peer.port, { login: { user: 'checks', password: PASSWORD } })),
    ).rejects.toMatchObject({ name: 'StoreFailed' });
    expect(said.join('')).not.toMatch(/AUTH|MAIL|horse/);
  });

  it('is not sent to a server whose certificate is not its own', async () => {
    const other = await authority.issue({ names: ['other.example.com'] });
    const { port, taken } = await startServer({ key: other.key, cert: other.chain });
    await expect(send(mailTo(port))).rejects.toMatchObject({ name: 'StoreFailed' });
    const { port: known } = await startServer();
    await expect(send(mailTo(known, { trustAnchors: [] }))).rejects.toMatchObject({ name: 'StoreFailed' });
    expect(taken).toEqual([]);
  });

  it('waits for a login that is put right, and says nothing of the password', async () => {
    const { port, taken } = await startServer();
    const refused = send(mailTo(port, { login: { user: 'checks', password: 'a wrong secret' } }));
    await expect(refused).rejects.toThrow('mail was not taken (EAUTH, 535, AUTH PLAIN)');
    expect(taken).toEqual([]);
    expect(JSON.stringify(telemetry.lines)).not.toMatch(/horse|a wrong secret|ops@example/);
  });

  it('is given up when all recipients are refused for good, and goes to the others when one is', async () => {
    const refusing = (which: RegExp, code: number) =>
      startServer({
        onRcptTo: ({ address }, _session, done) =>
          which.test(address)
            ? done(Object.assign(new Error('no such user'), { responseCode: code }))
            : done(),
      });
    const none = await refusing(/./, 550);
    expect(await send(mailTo(none.port))).toBe('refused');
    const later = await refusing(/./, 451);
    await expect(send(mailTo(later.port))).rejects.toThrow('451');
    const one = await refusing(/^desk/, 550);
    expect(await send(mailTo(one.port))).toBe('delivered');
    expect(one.taken[0]?.to).toEqual(['ops@example.com']);
    expect(telemetry.lines.at(-1)).toMatchObject({
      message: 'some recipients of alerts are refused',
      rejected: 1,
    });
  });

  it.each([
    ['says nothing', silent],
    ['never ends its greeting', endless('220-mx\r\n')],
    ['has lines without an end', endless('220 xxxxxxxxxxxxxxxx')],
  ])('does not wait for a server that %s', async (_name, serve) => {
    const peer = await listen(serve);
    peers.push(peer);
    await expect(send(mailTo(peer.port, {}, 1_000))).rejects.toMatchObject({ name: 'StoreFailed' });
  });

  it('dials no address of the own network unless it is told that the server has one', async () => {
    const { port, taken } = await startServer();
    await expect(send(mailTo(port, { allowPrivate: false }))).rejects.toThrow(
      'its address is not one of the internet (loopback)',
    );
    expect(taken).toEqual([]);
  });
});
