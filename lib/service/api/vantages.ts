/** The operations on site vantages. */
import { quote } from '../../input/request/quote.ts';
import type { VantagePosition } from '../../model/position.ts';
import { isoTime } from '../../net/clock.ts';
import type { ListedVantage, vantagesContracts } from '../contracts/vantages.ts';
import type { ItemStore } from '../ports/item-store.ts';
import { hashOf, newToken } from '../state/share-token.ts';
import {
  allSites,
  CODE_MS,
  changeSites,
  findSite,
  isStale,
  type KnownSite,
  MAX_SITES,
  type SiteRecord,
} from '../state/site-vantages.ts';
import { answered, type HandlersOf, refused } from './handler.ts';

export interface VantagesPorts {
  readonly items: Pick<ItemStore, 'get' | 'getAll' | 'put'>;
  /** Vantages that are there without joining. */
  readonly fleet: readonly { readonly id: string; readonly kind: string }[];
  /** Epoch ms. */
  readonly now: () => number;
}

export function vantagesHandlers({ items, fleet, now }: VantagesPorts): HandlersOf<typeof vantagesContracts> {
  const isOwnMachine = (name: string): boolean =>
    fleet.some(({ id, kind }) => id === name && kind === 'local');
  const listed = (site: KnownSite): ListedVantage => {
    const { record, enrolment, heard } = site;
    const { name, position, codeUntil, changedBy, changedAt } = record;
    const status = isOwnMachine(name)
      ? 'own'
      : enrolment !== undefined
        ? isStale(site, now())
          ? 'stale'
          : 'fresh'
        : codeUntil !== undefined && Date.parse(codeUntil) > now()
          ? 'invited'
          : 'expired';
    return {
      name,
      position,
      status,
      ...(enrolment && { joinedAt: enrolment.at }),
      ...(heard && enrolment && { heardAt: heard.at, ...(heard.from !== undefined && { from: heard.from }) }),
      changedBy,
      changedAt,
    };
  };
  return {
    async putVantage({ params: { name }, body: { position }, caller }) {
      const own = fleet.find(({ id }) => id === name);
      if (own !== undefined && own.kind !== 'local')
        return refused(
          'conflict',
          `${quote(name)} is a vantage of the fleet itself, on the internet: choose another name`,
        );
      const joined = (await findSite(items, name))?.enrolment;
      const needsCode = joined === undefined && own === undefined;
      const code = newToken();
      const changed = { name, position, changedBy: caller.arn, changedAt: isoTime(now()) };
      const outcome = await changeSites<'full' | SiteRecord>(items, (sites) => {
        const there = sites.find((one) => one.name === name);
        if (there === undefined && sites.length >= MAX_SITES) return { outcome: 'full' };
        const record: SiteRecord = needsCode
          ? { ...changed, code: hashOf(code), codeUntil: isoTime(now() + CODE_MS) }
          : keptCode(there, changed);
        return { outcome: record, write: [...sites.filter((one) => one !== there), record].sort(byName) };
      });
      if (outcome === 'busy') return refused('conflict', 'others change vantages at this moment: try again');
      if (outcome === 'full')
        return refused('conflict', `there are ${MAX_SITES} site vantages already: remove one first`);
      const site = await findSite(items, name);
      return answered({ ...listed(site ?? { record: outcome }), ...(needsCode && { code }) });
    },
    async listVantages() {
      return answered({ vantages: (await allSites(items)).map(listed) });
    },
    async removeVantage({ params: { name } }) {
      const outcome = await changeSites<'removed' | 'none'>(items, (sites) => {
        const left = sites.filter((one) => one.name !== name);
        return left.length === sites.length ? { outcome: 'none' } : { outcome: 'removed', write: left };
      });
      if (outcome === 'busy') return refused('conflict', 'others change vantages at this moment: try again');
      return outcome === 'removed'
        ? answered(undefined)
        : refused('not-found', `there is no site vantage ${quote(name)}: see GET /vantages`, 'params.name');
    },
  };
}

const byName = (one: SiteRecord, other: SiteRecord): number => (one.name < other.name ? -1 : 1);

/** The code that it was enrolled with stays what its enrolment is held against. */
const keptCode = (
  there: SiteRecord | undefined,
  changed: {
    readonly name: string;
    readonly position: VantagePosition;
    readonly changedBy: string;
    readonly changedAt: string;
  },
): SiteRecord => ({
  ...changed,
  ...(there?.code !== undefined && { code: there.code }),
  ...(there?.codeUntil !== undefined && { codeUntil: there.codeUntil }),
});
