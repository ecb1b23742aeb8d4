/** Whether the API answers whoever looks at the page: told once, for all views, and not by each of them. */
import { createContext } from 'preact';
import type { ConsoleApi } from '../api/api.ts';
import { type ApiReply, isSignedOut } from '../api/reply.ts';

export type ApiStanding = 'answers' | 'away' | 'signed-out';

export const standingOf = (answer: ApiReply<unknown>): ApiStanding =>
  answer.status === 'unreachable' ? 'away' : isSignedOut(answer) ? 'signed-out' : 'answers';

/** The same API; each answer to a question tells how one stands. What somebody asks for by a button says itself what came of it. */
export function watched(
  api: ConsoleApi,
  isQuestion: (id: Parameters<ConsoleApi>[0]) => boolean,
  tell: (standing: ApiStanding) => void,
): ConsoleApi {
  return async (id, asked) => {
    const answer = await api(id, asked);
    if (isQuestion(id)) tell(standingOf(answer));
    return answer;
  };
}

/** With another number every view asks anew, as after a sign-in in another tab. */
export const TurnContext = createContext(0);
