/**
 * The one route of the API that IAM does not judge: it tells whoever has a live token of a run which source address the
 * request came from, and takes nothing else in. Only a fleet without a distribution has it.
 */
import { problem } from '../contracts/problem.ts';
import type { ItemStore } from '../ports/item-store.ts';
import { isFailure } from '../runs/failure.ts';
import { spendReflectorToken } from '../state/reflector-tokens.ts';
import { problemAnswer } from './answer.ts';
import type { ApiAnswer, HttpEvent } from './http-event.ts';
import { SOURCE_PREFIX } from './source-path.ts';

export interface SourcePorts {
  readonly items: Pick<ItemStore, 'get' | 'remove'>;
  /** Epoch ms. */
  readonly now: () => number;
}

/** The same for a token that was used, that is too old, and that never was. */
const NONE = problemAnswer(problem('not-found', 'there is nothing here'));

/** Rejects only for a bug. */
export const answerSource =
  ({ items, now }: SourcePorts) =>
  async ({ rawPath, requestContext }: HttpEvent): Promise<ApiAnswer> => {
    const { sourceIp } = requestContext.http;
    if (!rawPath.startsWith(SOURCE_PREFIX) || sourceIp === undefined) return NONE;
    try {
      if (!(await spendReflectorToken(items, rawPath.slice(SOURCE_PREFIX.length), now()))) return NONE;
    } catch (error) {
      if (!isFailure(error, 'StoreFailed')) throw error;
      return problemAnswer(problem('unavailable', 'try again in a moment'));
    }
    return {
      statusCode: 200,
      headers: {
        'cache-control': 'no-store',
        'content-type': 'text/plain; charset=utf-8',
        'x-content-type-options': 'nosniff',
      },
      body: `${sourceIp}\n`,
    };
  };
