/** What the function of links asks the one that writes and starts for it, by the id of a link. Read there, and told there alone. */
import * as z from 'zod';
import type { LinkRuns } from './link-runs.ts';
import { type Offices, OfficeTold } from './office/offices.ts';

const share = z.string().regex(/^[0-9a-f]{16}$/);

export const LinkAsked = z.discriminatedUnion('do', [
  z.strictObject({ do: z.enum(['look', 'start']), share }),
  z.strictObject({ do: z.literal('look-office'), share, address: z.string().max(45).optional() }),
  z.strictObject({ do: z.literal('tell'), share, told: OfficeTold }),
]);
export type LinkAsked = z.infer<typeof LinkAsked>;

/** Null: the link has ended, or does nothing of the kind. Rejects with `StoreFailed`. */
export async function answerAsked(
  { runs, offices }: { readonly runs: LinkRuns; readonly offices: Offices },
  asked: LinkAsked,
): Promise<unknown> {
  switch (asked.do) {
    case 'start':
      return runs.start(asked.share);
    case 'look':
      return (await runs.look(asked.share)) ?? null;
    case 'look-office':
      return (await offices.look(asked.share, asked.address)) ?? null;
    case 'tell':
      return offices.tell(asked.share, asked.told);
    default:
      return asked satisfies never;
  }
}
