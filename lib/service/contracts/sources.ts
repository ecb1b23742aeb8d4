import * as z from 'zod';
import { FleetVantage } from '../../model/fleet-vantage.ts';

/** From which addresses the fleet connects, for a firewall team. */
export const SourcesSeen = z.object({
  vantages: z.array(
    FleetVantage.pick({ id: true, region: true, kind: true }).extend({
      sources: z
        .array(
          z.object({
            address: z.string(),
            fixed: z
              .literal(true)
              .optional()
              .describe(
                'An Elastic IP of the fleet’s own; absent: AWS may use another for another connection.',
              ),
            firstSeen: z.iso.datetime().optional().describe('Absent: it was not seen lately, but is known.'),
            lastSeen: z.iso.datetime().optional(),
          }),
        )
        .describe(
          'Seen within 30 days, the last one first. An address that a run had no reflector for is missing.',
        ),
    }),
  ),
});
export type SourcesSeen = z.infer<typeof SourcesSeen>;
