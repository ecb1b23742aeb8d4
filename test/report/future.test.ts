import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { advance } from '../../lib/engine/compare/advance.ts';
import { diffReports } from '../../lib/engine/compare/report-diff.ts';
import { type EndpointReport, Report } from '../../lib/engine/report-schema.ts';
import { csv } from '../../lib/report/csv.ts';
import { emailOf } from '../../lib/report/email.ts';
import { html } from '../../lib/report/html.ts';
import { json } from '../../lib/report/json.ts';
import { jsonl } from '../../lib/report/jsonl.ts';
import { junit } from '../../lib/report/junit.ts';
import { markdown } from '../../lib/report/markdown.ts';
import { mergeTargets } from '../../lib/report/merge.ts';
import { prometheus } from '../../lib/report/prometheus.ts';
import { redact } from '../../lib/report/redact.ts';
import { reportJson } from '../../lib/report/report-json.ts';
import type { ReportFormat } from '../../lib/report/reporter.ts';
import { canonicalJson, sha256 } from '../../lib/report/signature/canonical.ts';
import { reportTextOf } from '../../lib/report/signature/page.ts';
import { createSeal } from '../../lib/report/signature/signature.ts';
import { verifyReport } from '../../lib/report/signature/verify.ts';
import { terminal } from '../../lib/report/terminal.ts';
import { ticketText } from '../../lib/report/ticket.ts';
import { tailOf, writeWhole } from '../../lib/report/whole.ts';
import { latestSeen } from '../../lib/service/runs/latest-seen.ts';
import { foreign as foreignJson, futureReport } from './future-report.ts';

const report = Report.parse(structuredClone(futureReport));
const [foreign, known, odd] = report.endpoints as [EndpointReport, EndpointReport, EndpointReport];
const written = (format: ReportFormat): Promise<string> =>
  writeWhole(format, tailOf(report), report.endpoints);
const verbose = (format: ReportFormat): string => {
  const {
    signature: _signature,
    endpoints: _endpoints,
    finishedAt: _at,
    verdict: _verdict,
    summary: _,
    ...head
  } = report;
  const reporter = format.open({ width: 200, color: false, verbose: true });
  return [
    reporter.begin(head),
    ...report.endpoints.map((one) => reporter.endpoint(one)),
    reporter.end(tailOf(report)),
  ].join('');
};

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const seal = createSeal(
  {
    publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
    sign: async (data: Uint8Array) => sign(null, data, privateKey),
  },
  () => Date.UTC(2027, 2, 1),
);

describe('a report of a later version', () => {
  it('is read part by part: what is known is typed, the rest is kept as it came', () => {
    expect(foreign).toMatchObject({ kind: 'quic9', cause: 'quic9.no-migration', alsoFound: ['quic9.slow'] });
    expect(foreign.observations[0]?.evidence).toEqual({
      connect: { status: 'connected' },
      exchange: [{ at: expect.any(String), dir: 'sent', text: 'hello from 2027', bytes: 15 }],
      unread: { kind: 'quic9', quic9: { versions: ['v9'] } },
    });
    expect(known.observations[0]?.evidence).toMatchObject({
      kind: 'tls',
      tls: { handshake: { status: 'complete' }, encryptedClientHello: 'accepted' },
      unread: {
        connect: { status: 'resumed-from-ticket', ticket: 'abc' },
        happyEyeballs: { raced: 2 },
      },
    });
    expect(odd.observations[0]?.evidence).toMatchObject({
      kind: 'https',
      connect: { status: 'connected' },
      exchange: [{ text: 'hello from 2027' }],
      unread: { http: { hops: [], stopped: 'teapot' } },
    });
  });

  it('with a verdict, a side and a state that nobody here knows is inconclusive, and shows them as they came', async () => {
    const first = { observations: [], ...foreignJson };
    const strange = {
      ...structuredClone(futureReport),
      verdict: 'degraded',
      endpoints: [
        {
          ...first,
          verdict: 'degraded',
          side: 'cdn',
          unread: 'a field of this name',
          observations: (first.observations as object[]).map((one) => ({ ...one, state: 'throttled' })),
          history: {
            since: futureReport.startedAt,
            atLeast: false,
            runs: [{ run: 'r1', at: futureReport.startedAt, verdict: 'degraded' }],
            changes: [],
          },
        },
      ],
    };
    const read = Report.parse(structuredClone(strange));
    expect(read).toMatchObject({ verdict: 'inconclusive', endpoints: [{ verdict: 'inconclusive' }] });
    expect(read.endpoints[0]).not.toHaveProperty('side');
    expect(read.endpoints[0]?.observations[0]?.state).toBe('inconclusive');
    expect(tailOf(read).counts).toEqual({ pass: 0, warn: 0, fail: 0, inconclusive: 1 });
    expect(reportJson(read)).toEqual(strange);
    const write = (format: ReportFormat) => writeWhole(format, tailOf(read), read.endpoints);
    expect(JSON.parse(await write(json))).toEqual(strange);
    expect(JSON.parse(reportTextOf(await write(html)) ?? '')).toEqual(strange);
    for (const format of [html, markdown, csv, terminal]) {
      const text = await write(format);
      // The terminal shows states with the evidence alone.
      for (const word of ['degraded', 'cdn', ...(format === terminal ? [] : ['throttled'])])
        expect([format.id, text]).toEqual([format.id, expect.stringContaining(word)]);
    }
    expect(await write(html)).toContain('cdn: 1 endpoint');
    const mail = emailOf(tailOf(read), read.endpoints);
    expect(mail.subject).toMatch(/^degraded: /);
    expect(mail.text).toContain('? degraded: quic9://www.example.com:443');
    expect(mail.text).toContain('To act: cdn.');
    expect(mail.html).toContain('<b>To act: cdn</b>');
    const ticket = ticketText(read);
    expect(ticket.split('\n')[0]).toMatch(/: degraded\.$/);
    expect(ticket).toContain('- degraded: quic9://www.example.com:443: ');
    expect(ticket).toContain('  Who acts: cdn.');
  });

  it('is written again as it was, by every format that carries the data', async () => {
    expect(reportJson(report)).toEqual(futureReport);
    expect(JSON.parse(await written(json))).toEqual(futureReport);
    expect(JSON.parse(reportTextOf(await written(html)) ?? '')).toEqual(futureReport);
    const lines = (await written(jsonl))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.filter(({ type }) => type === 'endpoint').map(({ type: _, ...one }) => one)).toEqual(
      futureReport.endpoints,
    );
    expect(canonicalJson(reportJson(mergeTargets([report])))).toBe(canonicalJson(futureReport));
  });

  it('still verifies when it was read and written again, and not when a new field was changed', async () => {
    const signature = await seal.sign({ report: sha256(canonicalJson(futureReport)) });
    const signed = Report.parse({ ...structuredClone(futureReport), signature });
    const text = canonicalJson(reportJson(signed));
    expect(verifyReport(text)).toMatchObject({ outcome: 'intact', report: { id: 'run-of-2027' } });
    expect(verifyReport(text.replace('teapot', 'kettle')).outcome).toBe('altered');
    const page = await writeWhole(html, tailOf(report), report.endpoints, { seal });
    expect(verifyReport(page).outcome).toBe('intact');
  });

  it('is compared with one of today', () => {
    const before = Report.parse({
      ...structuredClone(futureReport),
      endpoints: futureReport.endpoints.map((one) => ({ ...one, verdict: 'pass', cause: undefined })),
    });
    expect(diffReports(before, report).map(({ endpoint, what, after }) => [endpoint, what, after])).toEqual([
      ['quic9://www.example.com:443', 'verdict', 'fail'],
      ['quic9://www.example.com:443', 'cause', 'quic9.no-migration, quic9.slow'],
    ]);
  });

  it('goes into the history, with its cause and the certificate that was read', () => {
    const run = { id: 'r2', startedAt: '2027-03-02T09:30:05.000Z' };
    expect(advance(undefined, foreign, run).record.proven).toMatchObject({ cause: 'quic9.no-migration' });
    const { record } = advance(undefined, known, run);
    expect(record.runs[0]?.state.certificates).toHaveLength(1);
    expect(latestSeen(known).notAfter).toMatch(/^\d{4}-/);
    expect(latestSeen(foreign)).toEqual({ states: { broken: 1 }, durationMs: 12 });
  });

  it.each([
    ['the page', async () => (await written(html)).replaceAll('&#34;', '"')],
    ['Markdown', () => written(markdown)],
  ])('shows cause and unread parts in %s', async (_name, make) => {
    const text = await make();
    expect(text).toContain('quic9.no-migration');
    expect(text).toContain('a cause that this version does not know');
    expect(text).toContain('"versions":["v9"]');
    expect(text).toContain('hello from 2027');
  });

  it('shows unread parts on the terminal, too, with those that were read', () => {
    const text = verbose(terminal);
    expect(text).toContain('quic9: {"versions":["v9"]}');
    expect(text).toContain('http: {"hops":[],"stopped":"teapot"}');
    expect(text).toContain('connect: {"status":"resumed-from-ticket","ticket":"abc"}');
    expect(text).toContain('TLS handshake: complete');
  });

  it('is a row, a test case and samples like any other', async () => {
    const rows = (await written(csv)).split('\r\n');
    expect(rows[1]).toContain('quic9://www.example.com:443,quic9,');
    expect(rows[1]).toContain('quic9.no-migration');
    expect(await written(junit)).toMatch(/<failure [^>]*type="quic9.no-migration"/);
    const metrics = await written(prometheus);
    expect(metrics).toMatch(/inbound_check_endpoint_info\{[^}]*kind="quic9"[^}]*\} 1/);
    expect(metrics).toMatch(/inbound_check_cause_info\{[^}]*cause="quic9.no-migration"[^}]*\} 1/);
    expect(metrics).toMatch(/probe_ssl_earliest_cert_expiry\{[^}]*tls:\/\/www.example.com:443/);
  });

  it('loses its unread parts when it is shared without a recipient', () => {
    const shared = JSON.stringify(reportJson(redact(report)));
    expect(shared).toContain('quic9.no-migration');
    expect(shared).not.toContain('teapot');
    expect(shared).toContain('[redacted]');
  });
});
