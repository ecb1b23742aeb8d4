import { describe, expect, it } from 'vitest';
import { headerText, quotedPrintable } from '../../lib/report/email/quoted-printable.ts';
import { email, emailOf } from '../../lib/report/email.ts';
import { sampleFleetReport } from './sample-fleet-report.ts';
import { moments, render, sampleReport } from './sample-report.ts';

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

describe('email', () => {
  const message = render(email, sampleFleetReport);
  const { headers, bodies } = parts(message);

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

  it('takes no header and no markup from what a server said', () => {
    const hostile = parts(render(email));
    expect(hostile.headers.match(/^Subject:/gm)).toHaveLength(1);
    const html = hostile.bodies[1]?.text ?? '';
    expect(html).not.toContain('<script');
    expect(html).toContain('&#60;script&#62;alert(1)');
  });

  it('gives its parts to a sender with messages of its own', () => {
    const { endpoints, tail } = moments(sampleReport);
    expect(Object.keys(emailOf(tail, endpoints))).toEqual(['subject', 'text', 'html']);
  });
});

describe('quoted-printable', () => {
  it.each([
    ['a = b', 'a =3D b'],
    ['é', '=C3=A9'],
    ['ends in a space ', 'ends in a space=20'],
    ['two\nlines', 'two\r\nlines'],
    ['x'.repeat(80), `${'x'.repeat(75)}=\r\n${'x'.repeat(5)}`],
  ])('%j', (text, wanted) => {
    expect(quotedPrintable(text)).toBe(wanted);
    expect(decoded(wanted)).toBe(text);
  });
});

describe('a header', () => {
  it.each([
    ['Failed: a.example', 'Failed: a.example'],
    ['✗', '=?UTF-8?B?4pyX?='],
    ['=?x?=', '=?UTF-8?B?PT94Pz0=?='],
  ])('%j', (text, wanted) => {
    expect(headerText(text)).toBe(wanted);
  });
  it('folds into encoded words of at most 75 characters', () => {
    for (const word of headerText('日本語'.repeat(30)).split('\r\n '))
      expect(word.length).toBeLessThanOrEqual(75);
  });
});
