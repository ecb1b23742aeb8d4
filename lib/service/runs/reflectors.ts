/** Whom a vantage asks, once a run, which source address it has. */
import type { ReflectorAsk } from '../../engine/measure/reflector.ts';
import type { FleetVantage } from '../../model/fleet-vantage.ts';
import type { ItemStore } from '../ports/item-store.ts';
import { makeReflectorToken } from '../state/reflector-tokens.ts';

/** One question for each family of the vantage. Rejects as the store does. */
export type ReflectorsOf = (vantage: FleetVantage) => Promise<ReflectorAsk[]>;

const familiesOf = ({ families = [4] }: FleetVantage): FleetVantage['families'] & object => families;

/** The distribution of share links, which answers everyone. */
export const openReflector =
  (url: string): ReflectorsOf =>
  async (vantage) =>
    familiesOf(vantage).map((family) => ({ family, url }));

/** The API, which answers for a token: each question has one of its own. @param base ends in `/` */
export const tokenReflector =
  (base: string, items: Pick<ItemStore, 'put'>, now: () => number): ReflectorsOf =>
  (vantage) =>
    Promise.all(
      familiesOf(vantage).map(async (family) => ({
        family,
        url: `${base}${await makeReflectorToken(items, now())}`,
      })),
    );
