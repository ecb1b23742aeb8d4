import type { Call, Contract, ResultOf } from '../contracts/contract.ts';
import { type Problem, type ProblemKind, problem } from '../contracts/problem.ts';

export type Answer<T> =
  | { readonly ok: true; readonly value: T; readonly mediaType?: string }
  | { readonly ok: false; readonly problem: Problem };

/** Rejects with a `StoreFailed` failure (the router makes it 503 `unavailable`), and otherwise only for bugs. */
export type Handler<C extends Contract> = (call: Call<C>) => Promise<Answer<ResultOf<C>>>;

/** A handler for each of the contracts, by the same key. */
export type HandlersOf<T extends Readonly<Record<string, Contract>>> = {
  readonly [K in keyof T]: Handler<T[K]>;
};

export const answered = <T>(value: T): Answer<T> => ({ ok: true, value });
export const refused = (kind: ProblemKind, detail: string, at?: string) =>
  ({ ok: false, problem: problem(kind, detail, at) }) as const;
