/** A report of one endpoint: small enough to try every change of its signed forms. */
import { Report } from '../../lib/engine/report-schema.ts';

export const smallReport: Report = Report.parse({
  schema: 'inbound-check/report@1',
  id: '0123456789abcdef',
  startedAt: '2026-03-01T09:30:00.000Z',
  finishedAt: '2026-03-01T09:30:01.250Z',
  verdict: 'fail',
  summary: 'Expectations failed: 1 endpoint checked: 1 failed.',
  vantages: [{ id: 'local', kind: 'local', controls: [{ port: 443, ok: true }] }],
  endpoints: [
    {
      id: 'tcp://www.example.com:443',
      target: 'www.example.com',
      kind: 'tcp',
      host: 'www.example.com',
      port: 443,
      expect: 'open',
      level: 'required',
      verdict: 'fail',
      cause: 'tcp.refused',
      side: 'host',
      summary: 'Refused. It said: <b>Zürich & co</b>',
      observations: [
        {
          vantage: 'local',
          address: '192.0.2.10',
          family: 4,
          state: 'closed',
          cause: 'tcp.refused',
          summary: 'Refused.',
          startedAt: '2026-03-01T09:30:00.100Z',
          timings: { connect: 11.25, total: 12 },
          attempt: 1,
          evidence: { connect: { status: 'refused' } },
        },
      ],
    },
  ],
});
