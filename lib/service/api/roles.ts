/** What a person or a pipeline may be given, in both homes: a policy of IAM, or a role of a station's token. */
import type { Contract } from '../contracts/contract.ts';

export const ROLES = ['operator', 'support', 'reader'] as const;
export type Role = (typeof ROLES)[number];

/** In addition to everything that only reads. */
const SUPPORT: readonly string[] = ['validate', 'createShare', 'revokeShare'];

export const roles = {
  operator: {
    description: 'Everything: runs, targets, schedules, shares, alerts, the kill switch',
    mayCall: () => true,
  },
  support: {
    description: 'Validates a host for a ticket, follows runs, fetches and shares reports; changes no target',
    mayCall: ({ id, method }) => method === 'GET' || SUPPORT.includes(id),
  },
  reader: { description: 'Reads, and starts nothing', mayCall: ({ method }) => method === 'GET' },
} as const satisfies Record<
  Role,
  { readonly description: string; readonly mayCall: (contract: Pick<Contract, 'id' | 'method'>) => boolean }
>;
