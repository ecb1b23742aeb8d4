/**
 * The input and output of one operation of the API. The same object is routed by the server (lib/service/api/router.ts), written
 * into docs/openapi.json, and called by the command line, so the three can't differ. Contains no server code.
 */
import type * as z from 'zod';

export interface Contract {
  /** `operationId` in the OpenAPI document. */
  readonly id: string;
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** With `{name}` for each of `params`. */
  readonly path: `/${string}`;
  readonly summary: string;
  /** Who asks where it is no person: a site vantage with its key, or a machine that joins, with a code. */
  readonly caller?: 'vantage' | 'code';
  readonly tag: 'targets' | 'runs' | 'shares' | 'schedules' | 'alerts' | 'vantages' | 'fleet' | 'people';
  /** A strict object of strings. */
  readonly params?: z.ZodType;
  /** A strict object; its values come as strings. */
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** Status of success; 204 has no result. */
  readonly status: 200 | 201 | 202 | 204;
  readonly result?: z.ZodType;
  /** Absent: JSON. With another one, which the handler may also choose by itself, the result is a string. */
  readonly mediaType?: string;
}

type Out<T> = T extends z.ZodType ? z.output<T> : undefined;
type In<T> = T extends z.ZodType ? z.input<T> : undefined;

/** What the handler of a contract gets, after it was parsed. */
export interface Call<C extends Contract> {
  readonly params: Out<C['params']>;
  readonly query: Out<C['query']>;
  readonly body: Out<C['body']>;
  readonly caller: ApiCaller;
}

/** What the client gives: only the parts that the contract has. */
export type Asked<C extends Contract> = (C extends { params: z.ZodType }
  ? { readonly params: In<C['params']> }
  : unknown) &
  (C extends { query: z.ZodType } ? { readonly query?: In<C['query']> } : unknown) &
  (C extends { body: z.ZodType } ? { readonly body: In<C['body']> } : unknown);

export type ResultOf<C extends Contract> = Out<C['result']>;

/** Who calls, according to IAM or a station's tokens; recorded with what the call does. */
export interface ApiCaller {
  /** ARN of the user or the role's session, or role and name of the token, for the record. */
  readonly arn: string;
  /** The same without what the caller may choose (`principalOf`): for limits, and for what others are shown. */
  readonly principal: string;
}
