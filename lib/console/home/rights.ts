/** What whoever looks at the page may do, as far as the home tells: a view offers that alone. Who may do what the API decides. */
import { createContext } from 'preact';
import { useCallback, useContext, useMemo } from 'preact/hooks';
import { roles } from '../../service/api/roles.ts';
import type { Role } from '../../service/contracts/role-names.ts';
import { useApi } from '../api/api-context.ts';
import { type AnswerOf, type OperationId, places } from '../api/operations.ts';
import { useAnswer } from '../live/use-answer.ts';
import { useHome } from './home-context.ts';

export interface Rights {
  /** Of a station. */
  readonly me?: AnswerOf<'getMe'>;
  /** Undefined: nobody tells, as behind `inbound-check console`, where IAM judges each request. */
  readonly role: Role | undefined;
  /** True for everything where nobody tells. */
  may(id: OperationId): boolean;
}

const EVERYTHING: Rights = { role: undefined, may: () => true };
export const RightsContext = createContext<Rights>(EVERYTHING);
export const useRights = (): Rights => useContext(RightsContext);

/** A role may be given or taken while the page is open. */
const EVERY_MS = 60_000;

/** Undefined: not known yet. */
export function useOwnRights(): Rights | undefined {
  const api = useApi();
  const { person } = useHome();
  const isTold = person !== undefined;
  const role = person?.role;
  const { value: me, trouble } = useAnswer<AnswerOf<'getMe'> | undefined>(
    useCallback(
      async () => (isTold ? { status: 'answered', value: undefined } : api('getMe', {})),
      [api, isTold],
    ),
    EVERY_MS,
    (known) => known !== undefined,
  );
  const isUnknown = !isTold && me === undefined && trouble === undefined;
  return useMemo(() => {
    if (isUnknown) return undefined;
    if (me !== undefined) return { me, role: me.role, may: (id) => me.may.includes(id) };
    return role === undefined ? EVERYTHING : ofRole(role);
  }, [isUnknown, me, role]);
}

const ofRole = (role: Role): Rights => ({
  role,
  may: (id) => roles[role].mayCall({ id, method: places[id][0] }),
});
