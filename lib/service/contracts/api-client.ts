import type { Asked, Contract, ResultOf } from './contract.ts';
import type { Problem } from './problem.ts';

/** `unreachable`: no answer, no credentials, or an answer that is not the API's; `message` is one line that says which. */
export type Asking<T> =
  | { readonly status: 'answered'; readonly value: T }
  | { readonly status: 'refused'; readonly problem: Problem }
  | { readonly status: 'unreachable'; readonly message: string };

/** Calls the deployed fleet's API as the operator. Never rejects for what the network or the API does. */
export type ApiClient = <C extends Contract>(contract: C, asked: Asked<C>) => Promise<Asking<ResultOf<C>>>;
