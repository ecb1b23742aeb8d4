/** A row of small squares, one for each thing judged: a run of an endpoint, an endpoint of a vantage. */

import { VERDICTS } from '../../model/severity-order.ts';
import type { PageWords } from '../language/english.ts';
import type { Tone } from './matrix.ts';

export interface StripView {
  /** What the squares mean, in words for people who don't see them. */
  readonly label: string;
  readonly width: number;
  /** All squares of one tone as one SVG path: a third of the bytes of a square each. */
  readonly paths: readonly { readonly tone: Tone; readonly d: string }[];
}

const STEP = 11;
/** Squares of one strip; the ones left out are older, or show the same. */
const MOST = 60;

/** `2 failed, 10 passed`, most serious first. */
export function toneCounts(tones: readonly Tone[], words: PageWords): string {
  const order = [...VERDICTS, 'none'] as const satisfies readonly Tone[];
  return order
    .map((tone) => ({ tone, count: tones.filter((each) => each === tone).length }))
    .filter(({ count }) => count > 0)
    .map(({ tone, count }) =>
      tone === 'none' ? words.withoutResult(count) : `${count} ${words.verdictCounted[tone]}`,
    )
    .join(', ');
}

/** @param what text before the counts, such as `Last 12 runs` */
export function strip(tones: readonly Tone[], what: string, words: PageWords): StripView {
  const shown = tones.slice(-MOST);
  const paths = new Map<Tone, string>();
  for (const [index, tone] of shown.entries()) {
    // A failure has full height, success half: they can be distinguished without colour, too.
    const [top, height] = tone === 'pass' || tone === 'none' ? [6, 10] : [0, 16];
    paths.set(tone, `${paths.get(tone) ?? ''}M${index * STEP} ${top}h9v${height}h-9z`);
  }
  return {
    label: `${what}: ${toneCounts(shown, words)}`,
    width: shown.length * STEP,
    paths: [...paths].map(([tone, d]) => ({ tone, d })),
  };
}
