/** What a person or a pipeline may be given, in both homes: a policy of IAM, or a role of a station's token. */
import type { Contract } from '../contracts/contract.ts';
import type { Role } from '../contracts/role-names.ts';

export { ROLES, type Role } from '../contracts/role-names.ts';

/** What everybody may do with what is their own; whose it is, the handler looks at. */
const OWN: readonly string[] = ['makeToken', 'revokeToken', 'endSession'];
/** Reads that tell of others, and of what they did. */
const OPERATORS_READ: readonly string[] = ['listPeople', 'listAudit'];
const mayRead = ({ id, method }: Pick<Contract, 'id' | 'method'>): boolean =>
  (method === 'GET' && !OPERATORS_READ.includes(id)) || OWN.includes(id);

/** In addition to everything that only reads. */
const SUPPORT: readonly string[] = [
  'validate',
  'joinListener',
  'readBackRun',
  'createShare',
  'revokeShare',
  'acknowledgeAlert',
];

export const roles = {
  operator: {
    description: 'Everything: runs, targets, schedules, shares, alerts, the kill switch',
    mayCall: () => true,
  },
  support: {
    description:
      'Validates a host for a ticket, follows runs, fetches, joins and shares reports; changes no target',
    mayCall: (contract) => mayRead(contract) || SUPPORT.includes(contract.id),
  },
  reader: { description: 'Reads, and starts nothing', mayCall: mayRead },
} as const satisfies Record<
  Role,
  { readonly description: string; readonly mayCall: (contract: Pick<Contract, 'id' | 'method'>) => boolean }
>;
