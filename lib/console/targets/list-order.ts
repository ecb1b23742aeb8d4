/** In which order targets are listed. Sorted once for each answer and order: typing in the search sorts nothing. */
import { byText } from '../../model/by-text.ts';
import { verdictRank } from '../../model/severity-order.ts';
import type { ListedTarget } from '../../service/contracts/targets.ts';
import { worstFirst } from './worst-first.ts';

export const LIST_ORDERS = ['worst', 'name', 'state', 'since', 'next'] as const;
export type ListOrder = (typeof LIST_ORDERS)[number];

/** One for all: a comparison of its own for each pair takes a hundred times as long. */
const names = new Intl.Collator();
const byName = (one: ListedTarget, other: ListedTarget): number => names.compare(one.name, other.name);

/** `since`: what changed last comes first. `next`: what is checked next comes first, and last what has no schedule. */
export function inOrder(targets: readonly ListedTarget[], order: ListOrder): readonly ListedTarget[] {
  switch (order) {
    case 'worst':
      return worstFirst(targets);
    case 'name':
      return [...targets].sort(byName);
    case 'state':
      return [...targets].sort((one, other) => rankOf(one) - rankOf(other) || byName(one, other));
    case 'since':
      return [...targets].sort((one, other) => byText(sinceOf(other), sinceOf(one)) || byName(one, other));
    case 'next':
      return [...targets].sort((one, other) => byText(nextOf(one), nextOf(other)) || byName(one, other));
    default:
      return order satisfies never;
  }
}

/** What was never checked comes last. */
const rankOf = ({ latest }: ListedTarget): number => (latest === undefined ? 9 : verdictRank(latest.verdict));
/** ISO 8601 in UTC sorts as text; empty where it was never checked. */
export const sinceOf = ({ latest }: ListedTarget): string =>
  latest?.since ?? latest?.worst?.since ?? latest?.startedAt ?? '';
const nextOf = ({ schedule }: ListedTarget): string => schedule?.next ?? '~';

const texts = new WeakMap<ListedTarget, string>();

/** Those in which each word of the search is found: in name, owner, hosts, cause or endpoint. */
export function fitting(targets: readonly ListedTarget[], search: string): readonly ListedTarget[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return targets;
  return targets.filter((target) => {
    const text = textOf(target);
    return words.every((word) => text.includes(word));
  });
}

function textOf(target: ListedTarget): string {
  const known = texts.get(target);
  if (known !== undefined) return known;
  const { name, owner = '', hosts, latest } = target;
  const text = [name, owner, ...hosts, latest?.worst?.cause ?? '', latest?.worst?.endpoint ?? '']
    .join('\n')
    .toLowerCase();
  texts.set(target, text);
  return text;
}

/**
 * The targets in the order that is on the screen, what is new at the end: while somebody is in the list, nothing moves under their
 * finger or focus.
 *
 * @param shown names
 */
export function heldInPlace(
  targets: readonly ListedTarget[],
  shown: readonly string[],
): readonly ListedTarget[] {
  const place = new Map(shown.map((name, index) => [name, index]));
  return [...targets].sort(
    (one, other) => (place.get(one.name) ?? shown.length) - (place.get(other.name) ?? shown.length),
  );
}
