/** The operations on people, tokens and sessions, for one caller. */
import { quote } from '../../../input/request/quote.ts';
import { answered, type HandlersOf, refused } from '../../../service/api/handler.ts';
import { contracts } from '../../../service/api/operations.ts';
import { roles } from '../../../service/api/roles.ts';
import { peopleContracts } from '../../../service/contracts/people.ts';
import type { Audit } from './audit.ts';
import { type Caller, callerText, isAbove, isInReach } from './caller.ts';
import { changePerson, forgetPerson, invite, type ManagePorts, removePerson } from './manage-people.ts';
import { isHandle, OWNER } from './people.ts';

export interface PeoplePorts extends ManagePorts {
  readonly audit: Pick<Audit, 'list'>;
}

/** Of one person. */
const MOST_TOKENS = 50;

export function peopleHandlers(ports: PeoplePorts, caller: Caller): HandlersOf<typeof peopleContracts> {
  const { people, tokens, sessions, audit } = ports;
  const isOperator = caller.role === 'operator';
  /** Whose things one sees: an operator all, a token of the machine none. */
  const handle = caller.name.split('/', 1)[0] ?? '';
  const whose = isOperator ? undefined : isHandle(handle) ? handle : 'nobody';
  const mySessions = () => sessions.list(whose).filter((one) => isInReach(caller, one));
  const myTokens = () => tokens.list(whose).filter((one) => isInReach(caller, one));
  /** A token that fell into wrong hands ends with its days: nobody comes in by it to stay. */
  const isToken = () =>
    caller.session === undefined &&
    refused(
      'forbidden',
      'a token lets nobody in and gives nobody more: sign in, or use inbound-check serve on the machine',
    );
  const mine = (changed: string) =>
    changed === handle &&
    refused(
      'conflict',
      'that is yourself: let another operator do it, or the machine’s owner by inbound-check serve person',
    );
  const isOwner = (changed: string) =>
    changed === OWNER &&
    refused('conflict', 'that is whoever may read the data folder: no setting of the station keeps them out');
  return {
    async getMe() {
      const person = people.find(handle);
      const session = sessions.list(handle).find(({ id }) => id === caller.session);
      return answered({
        caller: callerText(caller),
        handle: caller.name,
        ...(person?.name !== undefined && { name: person.name }),
        role: caller.role,
        by: caller.session === undefined ? ('token' as const) : ('session' as const),
        ...(session !== undefined && { sessionEndsAt: session.expiresAt }),
        may: [...contracts, ...Object.values(peopleContracts)]
          .filter((contract) => roles[caller.role].mayCall(contract))
          .map(({ id }) => id),
      });
    },
    async listTokens() {
      return answered({ tokens: myTokens() });
    },
    async makeToken({ body: { name, role, days } }) {
      if (caller.session === undefined)
        return refused('forbidden', 'a token makes no tokens: sign in, or use inbound-check serve token');
      if (isAbove(role, caller.role))
        return refused('forbidden', `you are ${caller.role}, and a token can’t be ${role}`, 'body.role');
      if (isHandle(name))
        return refused('bad-request', `${quote(name)} stands for a person in reports`, 'body.name');
      if (tokens.list(handle).length >= MOST_TOKENS)
        return refused('conflict', `you have ${MOST_TOKENS} tokens already: revoke one first`);
      const token = tokens.make(name, role, days, handle);
      const made = tokens.list(handle).find((one) => one.name === name);
      return token === undefined || made === undefined
        ? refused('conflict', `there is a token ${quote(name)} already: give another name`, 'body.name')
        : answered({ ...made, token });
    },
    async revokeToken({ params: { name } }) {
      return myTokens().some((one) => one.name === name) && tokens.revoke(name, whose)
        ? answered(undefined)
        : refused('not-found', `there is no token ${quote(name)}: see GET /tokens`, 'path.name');
    },
    async listSessions() {
      return answered({
        sessions: mySessions().map((one) => ({ ...one, isThis: one.id === caller.session })),
      });
    },
    async endSession({ params: { id } }) {
      return mySessions().some((one) => one.id === id) && sessions.end(id, whose)
        ? answered(undefined)
        : refused('not-found', 'there is no such session: see GET /sessions', 'path.id');
    },
    async listPeople() {
      return answered({ people: [...people.list()] });
    },
    async invitePerson({ body }) {
      const kept = isToken();
      if (kept) return kept;
      const made = invite(ports, { ...body, by: callerText(caller) });
      if (made === 'taken')
        return refused('conflict', `there is a person ${quote(body.name)} already`, 'body.name');
      return made === 'nowhere'
        ? refused('unavailable', 'the station does not know its own address yet')
        : answered(made);
    },
    async changePerson({ params, body }) {
      const { role, disabled } = body;
      const before = people.find(params.handle);
      const isMore = disabled === false || (role && before && isAbove(role, before.role));
      const kept = mine(params.handle) || isOwner(params.handle) || (isMore && isToken());
      if (kept) return kept;
      const changed = changePerson(ports, params.handle, {
        ...(role !== undefined && { role }),
        ...(disabled !== undefined && { disabled }),
      });
      return changed === undefined ? nobody(params.handle) : answered(changed);
    },
    async removePerson({ params }) {
      const kept = mine(params.handle) || isOwner(params.handle);
      if (kept) return kept;
      return removePerson(ports, params.handle) ? answered(undefined) : nobody(params.handle);
    },
    async forgetPerson({ params }) {
      const kept = mine(params.handle) || isOwner(params.handle);
      if (kept) return kept;
      return forgetPerson(ports, params.handle) ? answered(undefined) : nobody(params.handle);
    },
    async listAudit({ query: { before, limit } }) {
      return answered({ deeds: [...audit.list({ limit, ...(before !== undefined && { before }) })] });
    },
  };
}

const nobody = (handle: string) =>
  refused('not-found', `nobody has the handle ${quote(handle)}: see GET /people`, 'path.handle');
