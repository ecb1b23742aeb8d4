/** Event patterns of rules, as far as the templates use them. */
import type { PutEvent } from './event-bus.ts';

export interface EventPattern {
  readonly source?: readonly string[];
  readonly 'detail-type'?: readonly string[];
}

/** Throws for a pattern that asks for anything else. */
export function matchesPattern(
  { source: sources, 'detail-type': types, ...others }: EventPattern,
  { source, detailType }: Pick<PutEvent, 'source' | 'detailType'>,
): boolean {
  if (Object.keys(others).length > 0)
    throw new Error(`the rig does not know a pattern of ${Object.keys(others).join(', ')}`);
  return (
    (sources === undefined || sources.includes(source)) && (types === undefined || types.includes(detailType))
  );
}
