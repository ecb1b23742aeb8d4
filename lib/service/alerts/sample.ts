import { randomBytes } from 'node:crypto';
import { CHANGE_SCHEMA, type ChangeEvent } from '../../model/change-event.ts';
import { isoTime } from '../../net/clock.ts';

/**
 * A change that did not happen, for testing a webhook: it says so in each of its texts.
 *
 * @param now epoch ms
 */
export const sampleEvent = (fleet: string, now: number): ChangeEvent => ({
  schema: CHANGE_SCHEMA,
  // Another one each time: a receiver that drops repeated ids would not show the second test.
  id: randomBytes(16).toString('hex'),
  fleet,
  target: 'webhook-test',
  at: isoTime(now),
  kind: 'failing',
  severity: 'info',
  title: 'Test of this webhook: nothing has happened',
  text: 'This is how an alert looks. Nobody has to do anything.',
  side: 'network',
  cause: 'tcp.filtered',
  endpoints: [{ id: 'https://www.example.com:443/', verdict: 'fail', before: 'pass', cause: 'tcp.filtered' }],
  more: 0,
});
