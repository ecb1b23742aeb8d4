import * as z from 'zod';

/** The result of testing a webhook: the answer of the notifier to the API. */
export const TestOutcome = z.discriminatedUnion('status', [
  z.object({ status: z.literal('missing') }),
  z.object({
    status: z.literal('answered'),
    code: z.number().int(),
    taken: z.boolean().describe('The receiver took it: its answer was one of 2xx.'),
    excerpt: z.string().describe('How its answer begins, printable.'),
  }),
  z.object({ status: z.literal('unanswered'), message: z.string() }),
]);
export type TestOutcome = z.infer<typeof TestOutcome>;
