import { useCallback, useContext, useEffect, useRef, useState } from 'preact/hooks';
import type { ApiRefusal, ApiReply } from '../api/reply.ts';
import { standingOf, TurnContext } from './standing.ts';

/** `isTold`: it is said for all views at once. */
export type LiveTrouble = Exclude<ApiReply<never>, { status: 'answered' }> & { readonly isTold?: boolean };

export interface Live<T> {
  /** The last answer that came; kept while the API is away, so that a view never empties. */
  readonly value: T | undefined;
  /** What the newest call came to, when it is no value. */
  readonly trouble: LiveTrouble | undefined;
  reload(): void;
}

/** Milliseconds until the next look when the API is away. */
const AWAY_MS = 3_000;

/**
 * Asks, and asks again `every` milliseconds after each answer while `goesOn` holds for it. One call at a time; ends with the view.
 *
 * @param ask the same function as long as the same is asked
 * @param every undefined: only once, or until the API is back
 */
export function useAnswer<T>(
  ask: () => Promise<ApiReply<T>>,
  every?: number,
  goesOn: (value: T) => boolean = () => true,
): Live<T> {
  const [value, setValue] = useState<T>();
  const [trouble, setTrouble] = useState<Live<T>['trouble']>();
  const [turn, setTurn] = useState(0);
  const ofAll = useContext(TurnContext);
  const goes = useRef(goesOn);
  goes.current = goesOn;
  useEffect(() => setValue(undefined), [ask]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const look = async (): Promise<void> => {
      const answer = await ask();
      if (isOver) return;
      if (answer.status === 'answered') {
        setValue(() => answer.value);
        setTrouble(undefined);
        if (every !== undefined && goes.current(answer.value)) timer = setTimeout(look, every);
      } else {
        setTrouble({ ...answer, isTold: standingOf(answer) !== 'answers' });
        if (answer.status === 'unreachable') timer = setTimeout(look, AWAY_MS);
        // A live view goes on by itself when there is room on the disk again, or somebody has signed in in another tab.
        else if (every !== undefined && passes(answer.refusal)) timer = setTimeout(look, every);
      }
    };
    void look();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [ask, every, turn, ofAll]);
  return { value, trouble, reload: useCallback(() => setTurn((before) => before + 1), []) };
}

const SIGNED_OUT = 401;
const TOO_MANY = 429;
const passes = ({ httpStatus }: ApiRefusal): boolean =>
  httpStatus === SIGNED_OUT || httpStatus === TOO_MANY || httpStatus >= 500;
