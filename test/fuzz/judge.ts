/** What must hold of every observation, whatever a server did. */
import { isDeepStrictEqual } from 'node:util';
import { EndpointReport, type ReportTail } from '../../lib/engine/report-schema.ts';
import { judgeEndpoint } from '../../lib/engine/verdict/endpoint.ts';
import { diagnose } from '../../lib/kinds/diagnoses.ts';
import { Observation } from '../../lib/kinds/observation.ts';
import type { Endpoint } from '../../lib/model/endpoint.ts';
import { Finding } from '../../lib/model/finding.ts';
import type { VantageFacts } from '../../lib/model/plan.ts';
import type { Kind } from '../../lib/model/vocabulary.ts';
import { FORMAT_IDS, loadFormat } from '../../lib/report/formats.ts';
import type { ReportFormat } from '../../lib/report/reporter.ts';

/** A report must stay readable, whatever was sent: a megabyte is too much for a mail. */
const MAX_JSON = 200_000;
/** Controls, bidi and zero-width characters, separators, lone surrogates. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

const at = '2026-03-01T09:30:05.000Z';
const clean: VantageFacts = {
  id: 'local',
  kind: 'local',
  families: [4, 6],
  controls: [],
  negative: { address: '240.0.0.1', port: 1, clean: true, detail: 'did not connect', at },
};
const dirty: VantageFacts = {
  ...clean,
  negative: { address: '240.0.0.1', port: 1, clean: false, detail: 'connected', at },
};

export interface Judged {
  readonly state: Finding['state'];
  readonly cause: string;
}

/**
 * Throws when an observation breaks a law.
 *
 * @param right whether the server said anything of the right protocol
 */
export function judgeLaws(observation: Observation, endpoint: Endpoint, right: boolean): Judged {
  const parsed = Observation.parse(observation);
  if (!isDeepStrictEqual(JSON.parse(JSON.stringify(observation)), JSON.parse(JSON.stringify(parsed))))
    throw new Error(
      'the observation has a field that its schema does not know, or a value that JSON changes',
    );
  const size = JSON.stringify(observation).length;
  if (size > MAX_JSON) throw new Error(`the observation is ${size} characters of JSON`);
  eachText(observation, '', (text, path) => {
    const found = UNPRINTABLE.exec(text);
    if (found !== null)
      throw new Error(
        `${path} holds U+${(found[0].codePointAt(0) ?? 0).toString(16)}: ${JSON.stringify(text.slice(0, 80))}`,
      );
  });

  const findings = [clean, dirty].flatMap((vantage) =>
    (['open', 'closed'] as const).map((expect) =>
      Finding.parse(diagnose(observation, { endpoint: { ...endpoint, expect }, vantage, now: Date.now() })),
    ),
  );
  for (const finding of findings) {
    if (finding.state === 'open' && !right)
      throw new Error(`"open" (${finding.summary}), though no byte of ${endpoint.kind} was sent`);
    if (finding.state !== 'open' && finding.faults.length === 0)
      throw new Error(`${finding.state} without a cause`);
    eachText(finding, 'finding', (text, path) => {
      if (UNPRINTABLE.test(text))
        throw new Error(`${path} holds an unprintable character: ${JSON.stringify(text.slice(0, 80))}`);
    });
  }
  const [finding] = findings;
  if (finding === undefined) throw new Error('there is a finding for each context');
  const report = judgeEndpoint(endpoint, [{ observation, finding, vantage: 'local', attempt: 1 }], [clean]);
  EndpointReport.parse(report);
  if (report.verdict === 'pass' && !right) throw new Error('"pass", though no byte of the protocol was sent');
  if (report.verdict === 'pass' && finding.faults.some(({ severity }) => severity === 'fail'))
    throw new Error('"pass" over a fault that fails');
  return { state: finding.state, cause: finding.faults[0]?.cause ?? '' };
}

function eachText(value: unknown, path: string, look: (text: string, path: string) => void): void {
  if (typeof value === 'string') look(value, path);
  else if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(value)) {
      look(key, `${path} (key)`);
      eachText(inner, `${path}.${key}`, look);
    }
}

/** What no format may hold: a line feed is all right, CR only before it. */
const FORBIDDEN = /[^\P{Cc}\r\n]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|\r(?!\n)/u;
let formats: readonly ReportFormat[] | undefined;

/** Writes the observation in every format; throws when one does, or lets a control character through. */
export async function judgeFormats(observation: Observation, endpoint: Endpoint): Promise<void> {
  formats ??= await Promise.all(FORMAT_IDS.map(loadFormat));
  const finding = diagnose(observation, { endpoint, vantage: clean, now: Date.now() });
  const report = judgeEndpoint(endpoint, [{ observation, finding, vantage: 'local', attempt: 1 }], [clean]);
  const { vantages, ...rest } = {
    vantages: [{ id: 'local', kind: 'local', controls: [] }],
    id: 'fuzz',
    startedAt: at,
  };
  const head = { schema: 'inbound-check/report@1' as const, ...rest, vantages };
  const counts = { pass: 0, warn: 0, fail: 0, inconclusive: 0, [report.verdict]: 1 };
  const tail: ReportTail = {
    ...head,
    finishedAt: at,
    verdict: report.verdict,
    summary: report.summary,
    counts,
  };
  for (const format of formats) {
    const reporter = format.open({ width: 90, color: false, verbose: true });
    const text = reporter.begin(head) + reporter.endpoint(report) + (await reporter.end(tail));
    const found = FORBIDDEN.exec(text);
    if (found !== null)
      throw new Error(`${format.id} lets U+${(found[0].codePointAt(0) ?? 0).toString(16)} through`);
  }
}

export const endpointOf = (
  kind: Kind,
  host: string,
  port: number,
  assertions: Endpoint['assertions'],
): Endpoint => ({
  id: `${kind}://${host}:${port}`,
  target: host,
  kind,
  host,
  port,
  expect: 'open',
  level: 'required',
  ...(assertions !== undefined && { assertions }),
});
