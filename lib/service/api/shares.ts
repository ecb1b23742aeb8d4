/** The operations on share links. */

import { isoTime } from '../../net/clock.ts';
import type { ProblemKind } from '../contracts/problem.ts';
import type { ListedShare, sharesContracts } from '../contracts/shares.ts';
import { createShare, type SharePorts } from '../share/create.ts';
import { judgeOffice } from '../share/office/judgement.ts';
import { officeTicket } from '../share/office/lines.ts';
import { countLinkRuns } from '../state/link-runs.ts';
import { countOutcomes, officesOfRun } from '../state/offices.ts';
import { stateOf } from '../state/share-lifetime.ts';
import type { Share } from '../state/shares.ts';
import { createShareStore } from '../state/shares.ts';
import { answered, type HandlersOf, refused } from './handler.ts';

export interface SharesPorts extends SharePorts {
  /** The base URL of links, without a slash at the end: `https://share.example.com`; absent: this fleet has no links. */
  readonly shareUrl?: string;
  /** Why there are none, and what to do instead. */
  readonly noLinks?: string;
}

export function sharesHandlers(ports: SharesPorts): HandlersOf<typeof sharesContracts> {
  const shares = createShareStore(ports.items);
  return {
    async createShare({ body, caller }) {
      const { shareUrl, noLinks = NO_LINKS } = ports;
      if (shareUrl === undefined) return refused('conflict', noLinks);
      const { protocol } = new URL(shareUrl);
      const page = protocol === 'http:' ? protocol : 'https:';
      const result = await createShare(ports, { ...body, page, by: caller.arn });
      if (result.made)
        return answered({
          ...listed(result.share, ports.now()),
          url: `${shareUrl}/s/${result.token}${result.share.office === undefined ? '' : '/office'}`,
        });
      const { kind, at } = REFUSALS[result.why];
      return refused(kind, result.detail, at);
    },
    async listShares({ query }) {
      const { shares: found, next } = await shares.list(
        query.after === undefined ? {} : { after: query.after },
      );
      const now = ports.now();
      const used = await countLinkRuns(
        ports.items,
        found.flatMap(({ id, again }) => (again === undefined ? [] : [id])),
      );
      const told = await countOutcomes(
        ports.items,
        found.filter(({ office }) => office !== undefined),
      );
      return answered({
        shares: found.map((share) =>
          listed(share, now, share.office === undefined ? used.get(share.id) : (told.get(share.id) ?? 0)),
        ),
        ...(next !== undefined && { next }),
      });
    },
    async revokeShare({ params: { id }, caller }) {
      const at = isoTime(ports.now());
      const share = await shares.revoke(id, { by: caller.arn, at });
      return share === undefined
        ? refused('not-found', 'there is no such share: see GET /shares', 'params.id')
        : answered(listed(share, ports.now()));
    },
    async listOffices({ params: { runId }, query: { target } }) {
      const found = await officesOfRun(ports.items, runId, ports.now());
      const offices = found
        .filter((one) => target === undefined || one.target === target)
        .map(({ version: _version, outcomes, ...office }) => ({
          ...office,
          outcomes: outcomes.map((outcome) => ({ ...outcome, ...judgeOffice(outcome, office.outside) })),
        }));
      const text = officeTicket(offices);
      return answered({ offices, ...(text !== undefined && { text }) });
    },
  };
}

/** Names the other way to share a report. */
const NO_LINKS =
  'this fleet is deployed without links (sharing: false): send the report as a file, as inbound-check run and validate write it with --output report.html';

const REFUSALS = {
  'no-run': { kind: 'not-found', at: 'body.runId' },
  unfinished: { kind: 'conflict', at: 'body.runId' },
  'no-target': { kind: 'not-found', at: 'body.target' },
  'which-target': { kind: 'bad-request', at: 'body.target' },
  'nothing-joined': { kind: 'conflict', at: 'body.report' },
  'too-long': { kind: 'bad-request', at: 'body.days' },
  'too-large': { kind: 'conflict', at: 'body.target' },
  'not-again': { kind: 'conflict', at: 'body.checkAgain' },
  'not-by-office': { kind: 'bad-request', at: 'body.office.endpoint' },
} as const satisfies Record<string, { readonly kind: ProblemKind; readonly at: string }>;

/** The hash, the keys and the order are not shown. */
function listed(
  { sha256: _sha256, keys: _keys, again, office, ...share }: Share,
  now: number,
  used?: number,
): ListedShare {
  return {
    ...share,
    state: stateOf(share, now),
    ...(again && {
      checkAgain: {
        runs: again.runs,
        everyMinutes: again.everyMinutes,
        ...(used !== undefined && { used }),
      },
    }),
    ...(office && {
      office: {
        endpoint: office.endpoint.id,
        attempts: office.attempts,
        way: office.way,
        ...(used !== undefined && { used }),
      },
    }),
  };
}
