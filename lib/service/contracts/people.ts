/**
 * Who one is, and people, tokens and sessions: of a station alone. In a fleet IAM has all of these, so that its API has no
 * such operations.
 */
import * as z from 'zod';
import type { Contract } from './contract.ts';
import { NAME, NAME_WORDS } from './person-name.ts';
import { ROLES } from './role-names.ts';

const RoleName = z.enum(ROLES);
const Name = z.string().regex(NAME, `expected ${NAME_WORDS}`);

export const Me = z.object({
  caller: z.string().describe('As it stands in reports and on record: station:ROLE/HANDLE.'),
  handle: z.string().describe('Of a token: its name.'),
  name: z.string().optional().describe('What people call the person; in no report.'),
  role: RoleName,
  by: z.enum(['session', 'token']),
  sessionEndsAt: z.iso.datetime().optional(),
  may: z.array(z.string()).describe('Operations (operationId) that the role allows.'),
});

export const ListedToken = z.object({
  name: z.string(),
  role: RoleName,
  person: z.string().optional().describe('Handle of the person who made it; absent: made on the machine.'),
  madeAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  usedAt: z.iso.datetime().optional().describe('To the hour; absent: never.'),
});

export const ListedSession = z.object({
  id: z.string(),
  person: z.string().describe('Handle.'),
  role: RoleName,
  isThis: z.boolean().describe('The one that asks.'),
  madeAt: z.iso.datetime(),
  usedAt: z.iso.datetime().describe('To some minutes.'),
  expiresAt: z.iso.datetime(),
  client: z.string().optional().describe('Address at sign-in.'),
  agent: z.string().optional().describe('What the browser calls itself.'),
});

export const ListedPerson = z.object({
  handle: z.string(),
  name: z.string().optional().describe('Absent: forgotten.'),
  kind: z
    .enum(['owner', 'local', 'issuer', 'removed'])
    .describe('owner: whoever may read the data folder; local: with a password; issuer: by OpenID Connect.'),
  role: RoleName,
  isDisabled: z.boolean(),
  madeAt: z.iso.datetime(),
  madeBy: z.string(),
  signedInAt: z.iso.datetime().optional(),
});

export const AuditedDeed = z.object({
  id: z.int(),
  at: z.iso.datetime(),
  who: z.string(),
  what: z.string().describe('An operation (operationId), or a word of the sign-in.'),
  about: z.string().optional(),
  client: z.string().optional().describe('Address of who asked.'),
  outcome: z.string().describe('done, or why not.'),
});

const OfPerson = z.strictObject({ handle: z.string().min(1).max(60) });

export const peopleContracts = {
  getMe: {
    id: 'getMe',
    method: 'GET',
    path: '/me',
    tag: 'people',
    summary: 'Say who asks, and what they may do',
    status: 200,
    result: Me,
  },
  listTokens: {
    id: 'listTokens',
    method: 'GET',
    path: '/tokens',
    tag: 'people',
    summary: 'List one’s own tokens; an operator sees all',
    status: 200,
    result: z.object({ tokens: z.array(ListedToken) }),
  },
  makeToken: {
    id: 'makeToken',
    method: 'POST',
    path: '/tokens',
    tag: 'people',
    summary: 'Make a token for a program; only a person who is signed in may',
    body: z.strictObject({
      name: Name,
      role: RoleName.describe('Not above one’s own.'),
      days: z.int().min(1).max(365).default(90),
    }),
    status: 201,
    result: ListedToken.extend({ token: z.string().describe('Shown now, and never again.') }),
  },
  revokeToken: {
    id: 'revokeToken',
    method: 'DELETE',
    path: '/tokens/{name}',
    tag: 'people',
    summary: 'End a token of one’s own; an operator may end any',
    params: z.strictObject({ name: Name }),
    status: 204,
  },
  listSessions: {
    id: 'listSessions',
    method: 'GET',
    path: '/sessions',
    tag: 'people',
    summary: 'List the browsers in which one is signed in; an operator sees all',
    status: 200,
    result: z.object({ sessions: z.array(ListedSession) }),
  },
  endSession: {
    id: 'endSession',
    method: 'DELETE',
    path: '/sessions/{id}',
    tag: 'people',
    summary: 'End a session of one’s own; an operator may end any',
    params: z.strictObject({ id: z.string().regex(/^[0-9a-f]{16}$/) }),
    status: 204,
  },
  listPeople: {
    id: 'listPeople',
    method: 'GET',
    path: '/people',
    tag: 'people',
    summary: 'List who may sign in, and whom the handles of reports stand for',
    status: 200,
    result: z.object({ people: z.array(ListedPerson) }),
  },
  invitePerson: {
    id: 'invitePerson',
    method: 'POST',
    path: '/people/invitations',
    tag: 'people',
    summary: 'Make a link by which a person chooses a password, once',
    body: z.strictObject({ name: Name, role: RoleName, days: z.int().min(1).max(30).default(3) }),
    status: 201,
    result: z.object({ url: z.string(), expiresAt: z.iso.datetime() }),
  },
  changePerson: {
    id: 'changePerson',
    method: 'PUT',
    path: '/people/{handle}',
    tag: 'people',
    summary: 'Give a person another role, or let them in no more; ends their sessions',
    params: OfPerson,
    body: z.strictObject({ role: RoleName.optional(), disabled: z.boolean().optional() }),
    status: 200,
    result: ListedPerson,
  },
  removePerson: {
    id: 'removePerson',
    method: 'DELETE',
    path: '/people/{handle}',
    tag: 'people',
    summary: 'Remove a person, their sessions and tokens; the name stays on record',
    params: OfPerson,
    status: 204,
  },
  forgetPerson: {
    id: 'forgetPerson',
    method: 'POST',
    path: '/people/{handle}/forget',
    tag: 'people',
    summary: 'Remove a person and their name; the handle in signed reports then stands for nobody',
    params: OfPerson,
    status: 204,
  },
  listAudit: {
    id: 'listAudit',
    method: 'GET',
    path: '/audit',
    tag: 'people',
    summary: 'Show who did what, newest first',
    query: z.strictObject({
      before: z.coerce.number().int().min(1).optional().describe('The id of an entry: those older than it.'),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    status: 200,
    result: z.object({ deeds: z.array(AuditedDeed) }),
  },
} as const satisfies Record<string, Contract>;
