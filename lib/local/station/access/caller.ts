/** Who asks the station, by a token or by a session. */
import { ROLES, type Role } from '../../../service/api/roles.ts';
import { OWNER } from './people.ts';

export interface Caller {
  /** A token's name, or a person's handle; of a person's token `HANDLE/TOKEN`. */
  readonly name: string;
  readonly role: Role;
  /** Public id of the session; absent: a token. */
  readonly session?: string;
}

/** As it stands in reports and on record. */
export const callerText = ({ role, name }: Pick<Caller, 'role' | 'name'>): string =>
  `station:${role}/${name}`;

/** From the one that may do most to the one that may do least. */
const rank = (role: Role): number => ROLES.indexOf(role);

export const isAbove = (one: Role, other: Role): boolean => rank(one) < rank(other);
/**
 * Whether a session or token of one's own handle is for this caller to see and to end. Links of the machine may be given to
 * others, for less than operator: they all are the owner, and who may do less has no say over what may do more.
 */
export const isInReach = (caller: Caller, { role }: { readonly role: Role }): boolean =>
  caller.name.split('/', 1)[0] !== OWNER || !isAbove(role, caller.role);
export const lowerRole = (one: Role, other: Role): Role => (rank(one) > rank(other) ? one : other);
