/**
 * Reads evidence from JSON, once, where a report is read. It may come from another version, so each part is read
 * separately: one that doesn't fit is kept as it is and doesn't affect the others.
 */
import * as z from 'zod';
import { KINDS, type Kind } from '../model/vocabulary.ts';
import { connected } from './contract/common-observation.ts';
import { SHOWN_ELSEWHERE } from './contract/evidence.ts';
import type { Evidence } from './evidence.ts';
import { observationSchemas } from './observation.ts';

type Parts = ReadonlyMap<string, z.core.$ZodType>;

const beside: ReadonlySet<string> = new Set(['kind', ...SHOWN_ELSEWHERE]);
const partsOf = (shape: Readonly<Record<string, z.core.$ZodType>>): Parts =>
  new Map(Object.entries(shape).filter(([name]) => !beside.has(name)));

const PARTS: ReadonlyMap<unknown, Parts> = new Map(
  KINDS.map((kind: Kind) => [kind, partsOf(observationSchemas[kind].shape)]),
);
const FOREIGN = partsOf(connected);

/** Never fails. Values stay unchanged, with fields that this version doesn't know. */
export function readEvidence(json: Readonly<Record<string, unknown>>): Evidence {
  const known = PARTS.get(json.kind);
  const read: Record<string, unknown> = {};
  const unread: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(json)) {
    const schema = (known ?? FOREIGN).get(name);
    const fits =
      name === 'kind' ? known !== undefined : schema !== undefined && z.safeParse(schema, value).success;
    (fits ? read : unread)[name] = value;
  }
  // Each part was read by the schema of its kind.
  return { ...read, ...(Object.keys(unread).length > 0 && { unread }) } as Evidence;
}
