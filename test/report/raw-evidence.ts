import type { Evidence } from '../../lib/kinds/evidence.ts';
import type { Kind } from '../../lib/model/vocabulary.ts';

const KIND_BY_PART: readonly (readonly [part: string, kind: Kind])[] = [
  ['http', 'https'],
  ['smtp', 'smtp'],
  ['dns', 'dns'],
  ['ssh', 'ssh'],
  ['ntp', 'ntp'],
  ['tls', 'tls'],
];

/** Evidence as a file holds it: the kind that its parts belong to stands with them. Not read yet. */
export function rawEvidence(parts: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kind = KIND_BY_PART.find(([part]) => Object.hasOwn(parts, part))?.[1] ?? 'tcp';
  return { kind, ...parts };
}

/** The same for a report that is parsed afterwards, or whose parts all fit. */
export const evidenceOf = (parts: Readonly<Record<string, unknown>>): Evidence =>
  rawEvidence(parts) as Evidence;
