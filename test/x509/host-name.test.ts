import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { parseCertificate } from '../../lib/x509/certificate.ts';
import { coveringForm } from '../../lib/x509/host-name.ts';
import { createCertificate } from '../certificates/authority.ts';

const covering = (host: string, options: Parameters<typeof createCertificate>[0]) => {
  const certificate = parseCertificate(new X509Certificate(createCertificate(options).cert));
  if (!certificate) throw new Error('a certificate of our own cannot be read');
  return coveringForm(certificate.altNames, host);
};

describe('names as browsers judge them (RFC 9525)', () => {
  test.each([
    ['www.example.test', ['www.example.test'], 'exact'],
    ['WWW.Example.TEST', ['www.example.test'], 'exact'],
    ['www.example.test', ['WWW.EXAMPLE.test'], 'exact'],
    ['www.example.test.', ['www.example.test'], 'exact'],
    ['www.example.test', ['www.example.test.'], 'exact'],
    ['foo_bar.example.test', ['foo_bar.example.test'], 'exact'],
    ['foo_bar.example.test', ['*.example.test'], 'wildcard'],
    ['_dmarc.example.test', ['*.example.test'], 'wildcard'],
    ['xn--bcher-kva.example.test', ['*.example.test'], 'wildcard'],
    ['bücher.example.test', ['xn--bcher-kva.example.test'], 'exact'],
    ['a.example.test', ['*.EXAMPLE.test'], 'wildcard'],
    ['a.example.test', ['*.example.test', 'a.example.test'], 'exact'],
    ['www.test', ['*.test'], 'wildcard-over-one-label'],
    ['a.b.example.test', ['*.example.test'], undefined],
    ['example.test', ['*.example.test'], undefined],
    ['.example.test', ['*.example.test'], undefined],
    ['www.example.test', ['w*.example.test'], undefined],
    ['www.example.test', ['*w.example.test'], undefined],
    ['www.example.test', ['w*w.example.test'], undefined],
    ['www.example.test', ['www.*.test'], undefined],
    ['www.example.test', ['*.*.test'], undefined],
    ['www.example.test', ['**.example.test'], undefined],
    ['www.example.test', ['*'], undefined],
    ['test', ['*'], undefined],
    ['xn--bcher-kva.example.test', ['xn--*.example.test'], undefined],
    ['*.example.test', ['*.example.test'], undefined],
    ['192.0.2.1', ['192.0.2.1'], undefined],
    ['1.0.2.192', ['*.0.2.192'], undefined],
    ['www.example.test', ['www.example.test\u0000.evil.test'], undefined],
    ['www.example.test', ['other.test'], undefined],
  ] as const)('%s under %j: %s', (host, names, form) => {
    expect(covering(host, { names: [...names], subject: 'www.example.test' })).toBe(form);
  });

  test.each([
    ['192.0.2.1', ['192.0.2.1'], 'exact'],
    ['192.0.2.1', ['192.0.2.10'], undefined],
    ['2001:db8::1', ['2001:db8:0:0:0:0:0:1'], 'exact'],
    ['2001:DB8:0::0:1', ['2001:db8::1'], 'exact'],
    ['::1', ['::1'], 'exact'],
    ['::', ['::1'], undefined],
    ['::ffff:192.0.2.1', ['192.0.2.1'], undefined],
    ['1::', ['1:0:0:0:0:0:0:0'], 'exact'],
  ] as const)('address %s under %j: %s', (host, ip, form) => {
    expect(covering(host, { ip: [...ip], subject: host })).toBe(form);
  });

  test('a common name names no host', () => {
    expect(covering('www.example.test', { names: [], ip: [], subject: 'www.example.test' })).toBeUndefined();
  });
});
