/**
 * A report for people outside: without the recipient of mail checks, without other targets, without who asked. Pure.
 * What a mail server said to the recipient goes as well, because it may name the person in other words. Devices on the way with private addresses
 * lose them.
 */
import type { EndpointReport, Report, ReportObservation } from '../engine/report-schema.ts';
import { concludeEndpoints } from '../engine/verdict/conclude-endpoints.ts';
import { namesFromPeer } from '../kinds/names-from-peer.ts';
import { listenersOf, withoutPrivateEnds } from './redact/private-ends.ts';
import { withoutPrivateHops } from './redact/private-hops.ts';
import { type Secrets, secretsOf } from './redact/secrets.ts';
import { redactEvidence, redactUnread } from './redact/session.ts';
import { everyString } from './redact/strings.ts';

/**
 * @param the target whose endpoints stay; absent: all endpoints stay
 * @returns the report without its signature, which would no longer fit
 */
export function redact(report: Report, { target }: { readonly target?: string } = {}): Report {
  // Why work was announced, and what is done about an alert, is the customer's or the operator's own business.
  const {
    requestedBy: _by,
    signature: _signature,
    writing: _writing,
    maintenance: _work,
    acknowledged: _acknowledged,
    listeners = [],
    authorisation,
    measuredWith,
    endpoints,
    ...rest
  } = report;
  const kept = endpoints.filter((endpoint) => target === undefined || endpoint.target === target);
  // A pin of another target's host names that host; one of a name that these endpoints led to is theirs.
  const hosts = new Set(kept.flatMap(hostsOf));
  const told = measuredWith?.filter(({ host }) => host === undefined || hosts.has(host.toLowerCase())) ?? [];
  const secrets = secretsOf(endpoints);
  const joined = listenersOf(listeners, new Set(kept.map(({ id }) => id)));
  const redacted: Report = {
    ...rest,
    // A proof names no person; an operator's statement does.
    ...(authorisation !== undefined && withoutVoucher(authorisation)),
    ...(told.length > 0 && { measuredWith: told }),
    // The verdict and its sentence are about the endpoints that stay.
    ...(kept.length < endpoints.length && concludeEndpoints(kept, rest)),
    ...(joined.length > 0 && { listeners: joined }),
    redacted: true,
    endpoints: kept.map((endpoint) => withoutPrivateHops(redactEndpoint(endpoint, secrets))),
  };
  // All other places where an address may be: in an id, a path, a notice, a certificate, another endpoint's redirect.
  return everyString(withoutPrivateEnds(redacted), secrets.withoutAddresses);
}

function withoutVoucher(authorisation: NonNullable<Report['authorisation']>): Pick<Report, 'authorisation'> {
  switch (authorisation.kind) {
    case 'proven':
      return { authorisation };
    case 'vouched':
      return {};
    case 'listener': {
      const { others, ...proven } = authorisation;
      return { authorisation: { ...proven, ...(others?.kind === 'proven' && { others }) } };
    }
    default:
      return authorisation satisfies never;
  }
}

/**
 * The same endpoints, by the same ids, without the recipients of mail checks: for what goes to chats, mailboxes and
 * journals, where more people read than may see the report.
 */
export function withoutRecipients(endpoints: readonly EndpointReport[]): EndpointReport[] {
  const secrets = secretsOf(endpoints);
  return endpoints.map((endpoint) => redactEndpoint(endpoint, secrets));
}

const hostsOf = ({ host, observations }: EndpointReport): string[] =>
  [host, ...observations.flatMap(({ evidence }) => namesFromPeer(evidence).map((met) => met.host))].map(
    (name) => name.toLowerCase(),
  );

/** People can't be removed from what can't be read. */
const withoutUnread = (observation: ReportObservation): ReportObservation => ({
  ...observation,
  evidence: redactUnread(observation.evidence),
});

function redactEndpoint(endpoint: EndpointReport, secrets: Secrets): EndpointReport {
  const own = secrets.of(endpoint);
  if (own === undefined) return { ...endpoint, observations: endpoint.observations.map(withoutUnread) };
  const { fix, history, message, furtherMessages } = endpoint;
  return {
    ...endpoint,
    summary: own(endpoint.summary),
    ...(message && { message: everyString(message, own) }),
    ...(furtherMessages && { furtherMessages: everyString(furtherMessages, own) }),
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
      ...(observation.message && { message: everyString(observation.message, own) }),
      evidence: redactEvidence(observation.evidence, own),
    })),
  };
}
