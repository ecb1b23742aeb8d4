/** What a validation was asked, as it is on record with its run, so that the same can be asked again. Pure. */
import * as z from 'zod';
import { parseEndpointUri } from '../../input/request/uri.ts';
import type { RunStatus } from '../contracts/runs.ts';

const Item = z.union([z.string(), z.looseObject({ uri: z.string() }).transform(({ uri }) => uri)]);
const Validation = z.looseObject({
  targets: z.tuple([
    z.looseObject({
      host: z.string().optional(),
      profile: z.string().optional(),
      check: z.array(Item).optional(),
    }),
  ]),
  vouch: z.looseObject({ reason: z.string() }),
});

/** How the reason of a validation begins. */
export const reasonOf = (ticket: string, reason: string | undefined): string =>
  `ticket ${ticket}${reason === undefined ? '' : `: ${reason}`}`;

/** @param input of an execution; undefined for a run that is no validation */
export function validatedOf(input: unknown): RunStatus['validated'] {
  const { data } = Validation.safeParse(input);
  if (data === undefined) return undefined;
  const [{ host, profile, check = [] }] = data.targets;
  const ticket = /^ticket (.+?)(?:: |$)/s.exec(data.vouch.reason)?.[1];
  const named = host ?? hostOf(check);
  return {
    ...(named !== undefined && { host: named }),
    ...(host !== undefined && profile !== undefined && { profile }),
    ...(ticket !== undefined && { ticket }),
  };
}

/** A single URI as it is; of several, the host that all of them have. */
function hostOf(uris: readonly string[]): string | undefined {
  const [first] = uris;
  if (uris.length < 2) return first;
  const hosts = new Set(
    uris.map((uri) => {
      const read = parseEndpointUri(uri, 'open');
      return read.ok ? read.value.host : undefined;
    }),
  );
  return hosts.size === 1 ? [...hosts][0] : undefined;
}
