/** What a finished check checked, as a registration that checks the same again. Pure. */
import type { EndpointReport, Report } from '../../engine/report-schema.ts';
import { type ProfileCard, profileCards } from '../profile/profile-cards.ts';
import { NO_OPTIONS, type OptionFields } from '../profile/profile-options.ts';
import { type AddressRow, addressRow, emptyTarget, type TargetFields } from './target-fields.ts';

type ReportedEndpoint = Pick<EndpointReport, 'id' | 'kind' | 'host' | 'port' | 'expect' | 'level'>;

/**
 * A report of a profile has it with the options that its endpoints show; any other one has each of its endpoints.
 *
 * @param target the report's name for it
 */
export function fieldsOfReport(
  target: string,
  { profile, endpoints }: Pick<Report, 'profile'> & { readonly endpoints: readonly ReportedEndpoint[] },
): TargetFields {
  const empty = { ...emptyTarget(), name: nameOf(target) };
  const card = profileCards.find(({ id }) => id === profile);
  if (card === undefined) {
    const rows = endpoints.map(rowOf);
    return { ...empty, rows: rows.length === 0 ? empty.rows : rows };
  }
  const far = new Set(card.rows.flatMap(({ host }) => host ?? []));
  const host = endpoints.find((one) => !far.has(one.host))?.host ?? target;
  return { ...empty, host, profile: card.id, options: optionsSeen(card, endpoints) };
}

function rowOf({ id, expect, level }: ReportedEndpoint): AddressRow {
  const uri = id.replace(/ \(closed\)$/, '');
  return addressRow(uri, expect === 'closed' ? 'closed' : level);
}

/** What the endpoints tell of the options. Domain and recipient of mail are not in a report, and stay to be typed. */
function optionsSeen(card: ProfileCard, endpoints: readonly ReportedEndpoint[]): OptionFields {
  const has = (group: string): boolean =>
    card.rows.some(
      (row) =>
        row.group === group &&
        endpoints.some(
          ({ kind, port, host }) =>
            kind === row.kind && port === row.port && (row.host === undefined || row.host === host),
        ),
    );
  const isHidden = card.rows.some(
    (row) =>
      row.restricted === true &&
      endpoints.some(
        ({ kind, port, expect }) => kind === row.kind && port === row.port && expect === 'closed',
      ),
  );
  return {
    ...NO_OPTIONS,
    replies: has('replies'),
    quic: has('quic'),
    dependencies: has('dependency'),
    ui: isHidden ? 'private' : 'allow-listed',
  };
}

/** A name of a registered target has letters, digits, spaces and `. _ : -`, at most 100. */
const nameOf = (target: string): string =>
  target
    .replace(/[^\p{L}\p{M}\p{N} ._:-]+/gu, ' ')
    .replace(/^[^\p{L}\p{N}]+/u, '')
    .trim()
    .slice(0, 100)
    .trim();
