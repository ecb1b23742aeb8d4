import * as z from 'zod';
import type { Contract } from './contract.ts';

/** Targets of one page. */
export const MAX_METRICS_TARGETS = 1_000;

export const metricsContracts = {
  getMetrics: {
    id: 'getMetrics',
    method: 'GET',
    path: '/metrics',
    tag: 'fleet',
    summary:
      'The latest state of all registered targets for Prometheus, in pages: a last line “# inbound-check next page: …” gives `after`',
    query: z.strictObject({
      prefix: z.string().min(1).max(200).optional().describe('Targets alone whose names begin so.'),
      limit: z.coerce
        .number()
        .int()
        .min(1)
        .max(MAX_METRICS_TARGETS)
        .default(MAX_METRICS_TARGETS)
        .describe('Targets of a page at most; a page with many endpoints has fewer.'),
      after: z.string().min(1).max(2_000).optional(),
    }),
    status: 200,
    result: z.string(),
    mediaType: 'text/plain; version=0.0.4; charset=utf-8',
  },
} as const satisfies Record<string, Contract>;
