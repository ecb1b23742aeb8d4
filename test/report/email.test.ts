import { beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../lib/engine/report-schema.ts';
import { composeMail } from '../../lib/report/email/compose.ts';
import { email, emailOf } from '../../lib/report/email.ts';
import { writeWhole } from '../../lib/report/whole.ts';
import { sampleFleetReport } from './sample-fleet-report.ts';
import { moments, sampleReport } from './sample-report.ts';

/** As a mail program reads a part. */
const decoded = (text: string): string => {
  const bytes = text
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8').replaceAll('\r\n', '\n');
};

function parts(message: string): { headers: string; bodies: { type: string; text: string }[] } {
  const boundary = /boundary="([^"]+)"/.exec(message)?.[1] ?? '';
  const [headers = '', ...rest] = message.split(`--${boundary}`);
  expect(rest.pop()).toBe('--\r\n');
  const bodies = rest.map((part) => {
    const [head = '', ...body] = part.replace(/^\r\n/, '').replace(/\r\n$/, '').split('\r\n\r\n');
    return { type: /Content-Type: ([^;]+)/.exec(head)?.[1] ?? '', text: decoded(body.join('\r\n\r\n')) };
  });
  return { headers, bodies };
}

const mailOf = (report: Report): Promise<string> => {
  const { endpoints, tail } = moments(report);
  return writeWhole(email, tail, endpoints);
};

describe('email', () => {
  let message = '';
  let headers = '';
  let bodies: ReturnType<typeof parts>['bodies'] = [];
  beforeAll(async () => {
    message = await mailOf(sampleFleetReport);
    ({ headers, bodies } = parts(message));
  });

  it('says the verdict in its subject', () => {
    expect(headers).toContain('Subject: Failed: customer.example: 6 failed, 2 with a warning, 4 passed\r\n');
    expect(headers).toMatch(/Date: Sun, 01 Mar 2026 09:30:29 \+0000\r\n/);
  });

  it('says the same as text and as HTML: who acts, what to do, since when', () => {
    expect(bodies.map(({ type }) => type)).toEqual(['text/plain', 'text/html']);
    for (const { text } of bodies) {
      expect(text).toContain('To act: network team (firewall, NAT or provider)');
      expect(text).toContain('At least since 2026-02-25 09:30:05 UTC.');
      expect(text).toContain('Renew the certificate');
      expect(text).not.toContain('tcp://www.customer.example:3306');
    }
  });

  it('has short lines of ASCII, and CRLF alone', () => {
    for (const line of message.split('\r\n')) expect(line).toMatch(/^[\t -~]{0,998}$/);
    for (const body of message.split('quoted-printable\r\n\r\n').slice(1))
      for (const line of body.split('\r\n')) expect(line.length).toBeLessThanOrEqual(78);
  });

  it('takes no header and no markup from what a server said', async () => {
    const hostile = parts(await mailOf(sampleReport));
    expect(hostile.headers.match(/^Subject:/gm)).toHaveLength(1);
    const html = hostile.bodies[1]?.text ?? '';
    expect(html).not.toContain('<script');
    // Neutral for chats and tickets, too, so nothing is left to escape.
    expect(html).toContain('＜script＞alert(1)');
  });

  it('gives its parts to a sender with messages of its own', () => {
    const { endpoints, tail } = moments(sampleReport);
    expect(Object.keys(emailOf(tail, endpoints))).toEqual(['subject', 'text', 'html']);
  });
});

/** A mail of these texts, and its text part as it is sent. */
async function composed(
  text: string,
  subject = 'Failed: a.example',
): Promise<{ message: string; sent: string }> {
  const mail = { subject, text, html: '<p>x</p>', date: new Date(0), fingerprint: 'f'.repeat(32) };
  const message = await composeMail(mail);
  const [, part = ''] = message.split('Content-Transfer-Encoding: quoted-printable\r\n\r\n');
  return { message, sent: part.slice(0, part.indexOf('\r\n----_')) };
}

describe('quoted-printable', () => {
  it.each([
    ['a = b', 'a =3D b'],
    ['é', '=C3=A9'],
    ['ends in a space ', 'ends in a space=20'],
    ['two\nlines', 'two\r\nlines'],
    ['x'.repeat(80), `${'x'.repeat(75)}=\r\n${'x'.repeat(5)}`],
    // An SMTP client must double it (RFC 5321 §4.5.2); so that no gateway forgets to, it is no dot.
    ['a\n.\nb', 'a\r\n.\r\nb'],
  ])('%j', async (text, wanted) => {
    const { sent } = await composed(text);
    expect(decoded(sent)).toBe(text);
    expect(sent.replace(/\r\n$/, '')).toBe(wanted);
  });
});

describe('the subject', () => {
  const subjectOf = ({ message }: { message: string }): string =>
    /^Subject: (.*(?:\r\n .*)*)\r\n/m.exec(message)?.[1] ?? '';

  it.each([
    ['Failed: a.example', 'Failed: a.example'],
    ['✗', '=?UTF-8?B?4pyX?='],
    ['=?x?=', '=?UTF-8?B?PT94Pz0=?='],
    ['=?utf-8?Q?x?=', '=?UTF-8?B?PT91dGYtOD9RP3g/PQ==?='],
  ])('%j', async (text, wanted) => {
    expect(subjectOf(await composed('x', text))).toBe(wanted);
  });
  it('folds into encoded words of at most 75 characters', async () => {
    const words = subjectOf(await composed('x', '日本語'.repeat(30))).split('\r\n ');
    expect(words.length).toBeGreaterThan(3);
    for (const word of words) expect(word.length).toBeLessThanOrEqual(75);
  });
  it('adds no header line of its own', async () => {
    const { message } = await composed('x', 'a\r\nBcc: b@example.com');
    expect(message).not.toMatch(/^Bcc:/m);
  });
});

it('is the same to the last byte whenever it is written, and no other for another text', async () => {
  const [one, again, other] = await Promise.all([composed('a'), composed('a'), composed('b')]);
  expect(one.message).toBe(again.message);
  expect(one.message).not.toBe(other.message);
});
