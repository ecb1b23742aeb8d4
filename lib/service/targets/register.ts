import { isDeepStrictEqual } from 'node:util';
import type { TargetRecord } from '../state/target-record.ts';
import { proves } from './coverage.ts';
import type { Definition, ReadDefinition } from './definition.ts';

export interface Registration extends Pick<ReadDefinition, 'definition' | 'hosts'> {
  readonly name: string;
  /** Absent: stays as it was. */
  readonly owner?: string;
  /** ARN of who asks for it. */
  readonly by: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  /** For a new target (lib/service/ownership/places.ts). */
  readonly challenge: string;
}

export interface Registered {
  readonly record: TargetRecord;
  readonly change: 'added' | 'changed' | 'same';
}

/**
 * What a target becomes. A host that is new to it has neither proof nor vouch, whatever the others have: proofs stay for
 * the hosts that they prove, and an operator's statement for the hosts that it was given for.
 */
export function register(previous: TargetRecord | undefined, asked: Registration): Registered {
  const { name, hosts, by, at } = asked;
  const owner = asked.owner ?? previous?.owner;
  const definition: Definition = asked.definition;
  const same =
    previous !== undefined &&
    isDeepStrictEqual(previous.definition, definition) &&
    isDeepStrictEqual(previous.hosts, hosts) &&
    previous.owner === owner &&
    previous.challenge !== undefined;
  if (same) return { record: previous, change: 'same' };
  const proofs = (previous?.proofs ?? []).filter((proof) => hosts.some((host) => proves(proof, host)));
  const vouched = previous?.vouch?.hosts.filter((host) => hosts.includes(host)) ?? [];
  return {
    record: {
      name,
      hosts: [...hosts],
      definition: { ...definition },
      ...(owner !== undefined && owner !== '' && { owner }),
      addedBy: previous?.addedBy ?? by,
      addedAt: previous?.addedAt ?? at,
      changedBy: by,
      changedAt: at,
      challenge: previous?.challenge ?? asked.challenge,
      proofs,
      ...(previous?.checkedAt !== undefined && { checkedAt: previous.checkedAt }),
      ...(previous?.vouch && vouched.length > 0 && { vouch: { ...previous.vouch, hosts: vouched } }),
      ...(previous?.version !== undefined && { version: previous.version }),
    },
    change: previous === undefined ? 'added' : 'changed',
  };
}
