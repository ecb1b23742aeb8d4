/**
 * Who asked the fleet for a run and why it may probe the target, in words, or that this was left out; nothing for a run
 * on one machine.
 */
import type { ReportTail } from '../../engine/report-schema.ts';
import { utc } from '../../model/units.ts';
import { hostPort } from '../../net/host-port.ts';

type AuthorisationParts = Pick<
  ReportTail,
  'requestedBy' | 'authorisation' | 'maintenance' | 'acknowledged' | 'redacted'
>;

const REDACTED_WORDS =
  'the recipient of mail checks, other targets, private addresses of devices on the way, and who asked for the run are left out';

/** It contains text of users: escape it for the format. */
export function authorisationFacts({
  requestedBy,
  authorisation,
  maintenance,
  acknowledged,
  redacted,
}: AuthorisationParts): { label: string; value: string }[] {
  return [
    ...(redacted === undefined ? [] : [{ label: 'Redacted', value: REDACTED_WORDS }]),
    ...(requestedBy === undefined ? [] : [{ label: 'Asked for by', value: requestedBy }]),
    ...(authorisation === undefined
      ? []
      : [{ label: 'Authorised', value: authorisationWords(authorisation) }]),
    ...(maintenance === undefined
      ? []
      : [
          {
            label: 'During maintenance',
            value: `${maintenance.reason} (until ${utc(maintenance.until)})`,
          },
        ]),
    ...(acknowledged === undefined
      ? []
      : [
          {
            label: 'Acknowledged',
            value: `${acknowledged.reason} (${acknowledged.by}, ${utc(acknowledged.at)})`,
          },
        ]),
  ];
}

const SHOWN_PLACES = 4;

function authorisationWords(authorisation: NonNullable<AuthorisationParts['authorisation']>): string {
  switch (authorisation.kind) {
    case 'proven': {
      const by = authorisation.method === 'dns-txt' ? 'a DNS TXT record' : 'a file on its web server';
      return `ownership proven by ${by}, ${utc(authorisation.at)}`;
    }
    case 'vouched':
      return `${authorisation.by} vouches for it: ${authorisation.reason}`;
    case 'listener': {
      const { proofs, at, others } = authorisation;
      const places = [...new Set(proofs.map(({ address, port }) => hostPort(address, port)))];
      const shown = places.slice(0, SHOWN_PLACES).join(', ');
      const more = places.length > SHOWN_PLACES ? ` and ${places.length - SHOWN_PLACES} more` : '';
      const rest = others === undefined ? '' : `; for the rest, ${authorisationWords(others)}`;
      return `${places.length === 1 ? 'a listener' : 'listeners'} at ${shown}${more} proved ownership, for the listener's ports in this run alone, ${utc(at)}${rest}`;
    }
    default:
      return authorisation satisfies never;
  }
}
