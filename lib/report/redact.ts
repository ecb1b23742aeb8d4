/**
 * A report for people outside: without the recipient of mail checks, without other targets, without who asked. Pure.
 * What a mail server said to the recipient goes as well, for it may name the person in ways of its own.
 */
import type { EndpointReport, Report } from '../model/report.ts';
import { emptyCounts, judgeRun, runSummary } from '../verdict/run.ts';
import { type Secrets, secretsOf } from './redact/secrets.ts';
import { redactEvidence } from './redact/session.ts';
import { everyString } from './redact/strings.ts';

/**
 * @param target whose endpoints stay; absent: those of all
 * @returns the report without its signature, which would no longer fit
 */
export function redact(report: Report, { target }: { readonly target?: string } = {}): Report {
  // Why work was announced is the customer's or the operator's own business.
  const {
    requestedBy: _by,
    signature: _signature,
    maintenance: _work,
    authorisation,
    endpoints,
    ...rest
  } = report;
  const kept = endpoints.filter((endpoint) => target === undefined || endpoint.target === target);
  const secrets = secretsOf(endpoints);
  const redacted: Report = {
    ...rest,
    // A proof names nobody; an operator's word does.
    ...(authorisation?.kind === 'proven' && { authorisation }),
    ...(kept.length < endpoints.length && judgedAnew(rest, kept)),
    redacted: true,
    endpoints: kept.map((endpoint) => redactEndpoint(endpoint, secrets)),
  };
  // Wherever else an address may stand: in an id, a path, a notice, a certificate, another endpoint's redirect.
  return everyString(redacted, secrets.withoutAddresses);
}

/**
 * The same endpoints, by the same ids, without the recipients of mail checks: for what goes to chats, mailboxes and
 * journals, where more people read than may see the report.
 */
export function withoutRecipients(endpoints: readonly EndpointReport[]): EndpointReport[] {
  const secrets = secretsOf(endpoints);
  return endpoints.map((endpoint) => redactEndpoint(endpoint, secrets));
}

/** The verdict and its sentence are of the endpoints that stay. */
function judgedAnew(
  { vantages, partial = false }: Pick<Report, 'vantages' | 'partial'>,
  endpoints: readonly EndpointReport[],
): Pick<Report, 'verdict' | 'summary'> {
  const counts = emptyCounts();
  for (const { verdict } of endpoints) counts[verdict] += 1;
  const answered = vantages.filter(({ unavailable }) => unavailable === undefined).length;
  return { verdict: judgeRun(counts), summary: runSummary(counts, { vantages: answered, partial }) };
}

function redactEndpoint(endpoint: EndpointReport, secrets: Secrets): EndpointReport {
  const own = secrets.of(endpoint);
  if (own === undefined) return endpoint;
  const { fix, history } = endpoint;
  return {
    ...endpoint,
    summary: own(endpoint.summary),
    ...(fix !== undefined && { fix: own(fix) }),
    ...(history && {
      history: {
        ...history,
        changes: history.changes.map((change) => ({
          ...change,
          differences: change.differences.map((one) => ({ ...one, text: own(one.text) })),
        })),
      },
    }),
    observations: endpoint.observations.map((observation) => ({
      ...observation,
      summary: own(observation.summary),
      evidence: redactEvidence(observation.evidence, own),
    })),
  };
}
