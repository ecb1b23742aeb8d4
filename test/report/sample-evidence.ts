/** Evidence parts for the sample report, in the shapes of the model. */

import type { TlsResult } from '../../lib/kinds/contract/tls-result.ts';
import type { HttpHop } from '../../lib/kinds/http/observation.ts';
import type { ExchangeLine } from '../../lib/model/observed.ts';
import type { CertificateFacts } from '../../lib/x509/facts.ts';

export const HOSTILE =
  '<script>alert(1)</script> ]]> ```` | \u001b[31mred\u001b[0m \u009b2J \u202egpj.exe \u0000 \r\n# heading "q" \'a\' & ' +
  '[link](http://evil.example) ![i](http://evil.example/x.png) www.evil.example @team <https://evil.example> ' +
  '日本語 👩‍👩‍👧 \u200b<!-- --> {{x}} <%= 1 %> \ud800 e\u0301\u0301\u0301\u0301\u0301';

/** Cell that a spreadsheet would run. */
export const FORMULA = "=cmd|' /C calc'!A0";

export const certificate = (over: Partial<CertificateFacts> = {}): CertificateFacts => ({
  subject: 'CN=www.example.com',
  issuer: 'CN=Example Issuing CA 1, O=Example Trust',
  altNames: ['DNS:www.example.com', 'DNS:example.com'],
  serial: '03a1b2c3d4e5f60718293a4b5c6d7e8f9001',
  notBefore: '2026-01-15T00:00:00.000Z',
  notAfter: '2026-07-14T23:59:59.000Z',
  keyType: 'ec',
  keyBits: 256,
  signatureAlgorithm: 'ecdsa-with-SHA384',
  fingerprint256: 'a3f1c2d4e5b6978812034455667788990a1b2c3d4e5f60718293a4b5c6d7e8f9',
  selfSigned: false,
  isCa: false,
  ...over,
});

export const issuer = certificate({
  subject: 'CN=Example Issuing CA 1, O=Example Trust',
  issuer: 'CN=Example Root R1, O=Example Trust',
  altNames: [],
  serial: '7f00aa',
  notBefore: '2023-05-01T00:00:00.000Z',
  notAfter: '2033-04-30T23:59:59.000Z',
  keyBits: 384,
  fingerprint256: 'b4f1c2d4e5b6978812034455667788990a1b2c3d4e5f60718293a4b5c6d7e8f9',
  isCa: true,
});

export const tls = (over: Partial<TlsResult> = {}): TlsResult => ({
  handshake: { status: 'complete' },
  servername: 'www.example.com',
  protocol: 'TLSv1.3',
  cipher: 'TLS_AES_256_GCM_SHA384',
  alpn: 'http/1.1',
  chain: [certificate(), issuer],
  nameMatch: { ok: true },
  trust: { status: 'anchored', anchor: 'CN=Example Root R1, O=Example Trust' },
  oldestProtocol: 'TLSv1.2',
  ocspStapledBytes: 471,
  ...over,
});

export const hop = (over: Partial<HttpHop> = {}): HttpHop => ({
  url: 'https://www.example.com/',
  address: '192.0.2.10',
  connect: { status: 'connected' },
  tls: tls(),
  outcome: { status: 'answered' },
  httpVersion: '1.1',
  statusCode: 200,
  headers: { server: 'Apache', 'content-type': 'text/html; charset=utf-8' },
  timings: { connect: 11.2, tls: 24.6, firstByte: 18.4, total: 58.9 },
  ...over,
});

export const line = (ms: number, dir: ExchangeLine['dir'], text: string): ExchangeLine => ({
  at: new Date(Date.UTC(2026, 2, 1, 9, 30, 5, ms)).toISOString(),
  dir,
  text,
});

export const httpsExchange = [
  line(0, 'event', 'connected to 192.0.2.10:443 from 198.51.100.7:41822'),
  line(36, 'event', 'TLSv1.3 TLS_AES_256_GCM_SHA384, certificate CN=www.example.com'),
  line(37, 'sent', 'GET / HTTP/1.1'),
  line(37, 'sent', 'Host: www.example.com'),
  line(55, 'received', 'HTTP/1.1 200 OK'),
  line(55, 'received', 'content-type: text/html; charset=utf-8'),
];

export const smtpExchange = [
  line(0, 'event', 'connected to 192.0.2.25:25 from 198.51.100.7:41900'),
  line(30, 'received', '220 mx.example.com ESMTP Postfix'),
  line(31, 'sent', 'EHLO probe.example.net'),
  line(60, 'received', '250-mx.example.com'),
  line(60, 'received', '250-SIZE 52428800'),
  line(60, 'received', '250 8BITMIME'),
  line(61, 'sent', 'QUIT'),
  line(90, 'received', '221 2.0.0 Bye'),
];

/** A hop without TLS. */
export const plainHop = (over: Partial<HttpHop> = {}): HttpHop => {
  const { tls: _tls, ...rest } = hop(over);
  return rest;
};
