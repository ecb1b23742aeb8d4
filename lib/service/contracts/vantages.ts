/** Site vantages, as operators see them. */
import * as z from 'zod';
import { VantagePosition } from '../../model/position.ts';
import { SiteName } from '../state/site-vantages.ts';
import type { Contract } from './contract.ts';

const position = VantagePosition.describe(
  'Where it stands: internet; allow-listed, at an address that customers let in; or inside, behind the firewall. What the internet reaches is judged from the first alone.',
);

export const ListedVantage = z.object({
  name: SiteName,
  position,
  status: z
    .enum(['invited', 'expired', 'fresh', 'stale', 'own'])
    .describe(
      'invited: nobody has joined with its code yet; expired: nor will, the code is too old; fresh: it asks for work; stale: it has not for a while, and gets none; own: the machine of the station itself.',
    ),
  joinedAt: z.iso.datetime().optional(),
  heardAt: z.iso.datetime().optional().describe('When it last asked, to some 20 seconds.'),
  from: z.string().optional().describe('The address that it last asked from.'),
  changedBy: z.string(),
  changedAt: z.iso.datetime(),
});
export type ListedVantage = z.infer<typeof ListedVantage>;

const OfVantage = z.strictObject({ name: SiteName });

export const vantagesContracts = {
  putVantage: {
    id: 'putVantage',
    method: 'PUT',
    path: '/vantages/{name}',
    tag: 'vantages',
    summary: 'Invite a site vantage, or set the position of one that is there',
    params: OfVantage,
    body: z.strictObject({ position }),
    status: 200,
    result: ListedVantage.extend({
      code: z
        .string()
        .optional()
        .describe(
          'Enrols one machine, once, within 24 hours. Shown now and never again; absent: it has joined already.',
        ),
    }),
  },
  listVantages: {
    id: 'listVantages',
    method: 'GET',
    path: '/vantages',
    tag: 'vantages',
    summary: 'List the site vantages: where they stand, and when they were last heard of',
    status: 200,
    result: z.object({ vantages: z.array(ListedVantage) }),
  },
  removeVantage: {
    id: 'removeVantage',
    method: 'DELETE',
    path: '/vantages/{name}',
    tag: 'vantages',
    summary: 'Remove a site vantage: its key counts no more',
    params: OfVantage,
    status: 204,
  },
} as const satisfies Record<string, Contract>;
