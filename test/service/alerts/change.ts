import { CHANGE_SCHEMA, type ChangeEvent } from '../../../lib/model/change-event.ts';

/** A change as the fleet sends it, with the changes that a test makes. */
export const change = (different: Partial<ChangeEvent> = {}): ChangeEvent => ({
  schema: CHANGE_SCHEMA,
  id: '0123456789abcdef0123456789abcdef',
  fleet: 'inbound-check',
  target: 'Shop',
  runId: 'run-1',
  at: '2026-11-25T01:02:03.000Z',
  kind: 'failing',
  severity: 'critical',
  title: 'Shop: 2 of 3 endpoints fail, the network drops them',
  text: 'https://shop.example.com is not reachable from 5 of 5 vantages.\nSince 01:02 UTC. Open port 443.',
  side: 'network',
  cause: 'tcp.filtered',
  endpoints: [
    { id: 'https://shop.example.com:443/', verdict: 'fail', before: 'pass', cause: 'tcp.filtered' },
    { id: 'smtp://shop.example.com:25', verdict: 'fail', cause: 'tcp.filtered' },
  ],
  more: 0,
  ...different,
});

/** What somebody writes into whatever they control, to be more than text. */
export const HOSTILE =
  '<!channel> <@U123> <https://evil.example|click> @channel @here <at>all</at> *b* _i_ `c` ~s~ [x](https://evil.example) ![i](https://evil.example/i) &lt; :tada: <script>alert(1)</script> \u001b[31m \u202egpj \u0000';

/** The hostile text wherever a change has text. */
export const hostileChange = (): ChangeEvent =>
  change({
    fleet: HOSTILE,
    target: HOSTILE,
    runId: HOSTILE,
    title: HOSTILE.slice(0, 200),
    text: `${HOSTILE}\n${HOSTILE}\r\n${HOSTILE}`,
    endpoints: [{ id: HOSTILE, verdict: 'fail', before: 'pass', cause: 'tcp.filtered' }],
  });

/** As long as the schema lets it be, in characters that take three bytes. */
export const largestChange = (character = '漢'): ChangeEvent =>
  change({
    target: character.repeat(200),
    title: character.repeat(200),
    text: `${character.repeat(99)}\n`.repeat(40),
    endpoints: Array.from({ length: 50 }, (_, index) => ({
      id: `https://${character.repeat(250)}:${index}/`,
      verdict: 'fail' as const,
    })),
    more: 950,
  });
