import type { ExchangeLine } from '../../model/observed.ts';
import { isoTime, roundMs } from '../../net/clock.ts';
import { createExchange, EXCHANGE_LIMITS } from '../../net/exchange.ts';
import { observationHead } from '../contract/observation-head.ts';
import type { Probe } from '../contract/probe.ts';
import { mailRouteOf } from './measure/exchanges.ts';
import { mtaStsOf } from './measure/mta-sts.ts';
import { tlsRptOf } from './measure/tls-rpt.ts';
import { createVisitor } from './measure/visit.ts';
import type { MxExchange, MxObservation } from './observation.ts';

/**
 * The route of the mail of `spec.host`: MX records and their addresses, one session with each address, MTA-STS, TLSA and TLS-RPT
 * records. Servers are visited at the same time, the addresses of one server one after the other. `spec.timeoutMs` bounds the whole.
 */
export const probeMx: Probe<MxObservation> = async (spec, context) => {
  const { clock } = context;
  const begin = clock.monotonic();
  const startedAt = isoTime(clock.now());
  const left = (): number => Math.max(1, spec.timeoutMs - (clock.monotonic() - begin));
  const exchange = createExchange(clock);
  const policyExchange = createExchange(clock);
  const [found, mtaSts, tlsRpt] = await Promise.all([
    mailRouteOf(spec.host, context.resolver).then(async (route) => {
      exchange.sent(`MX of ${route.domain}`);
      exchange.received(route.text);
      const visitor = createVisitor(spec, context, left);
      const visited = await Promise.all(route.exchanges.map((one) => visitor.visit(one)));
      return { route, visited };
    }),
    mtaStsOf(spec.host, { context, exchange: policyExchange, left }),
    tlsRptOf(spec.host, context.resolver),
  ]);
  const { text: _, exchanges: __, ...route } = found.route;
  const exchanges: MxExchange[] = found.visited.map(({ facts }) => facts);
  return {
    kind: 'mx',
    ...observationHead({ ...spec, address: '' }, context.vantage, { startedAt }),
    timings: { total: roundMs(clock.monotonic() - begin) },
    exchange: together([exchange.lines, policyExchange.lines, ...found.visited.map(({ lines }) => lines)]),
    route: {
      ...route,
      exchanges,
      ...(mtaSts !== undefined && { mtaSts }),
      ...(tlsRpt !== undefined && { tlsRpt }),
    },
  };
};

/** One conversation after the other, each as it went; bounded as one exchange is. */
function together(conversations: readonly (readonly ExchangeLine[])[]): ExchangeLine[] {
  const lines: ExchangeLine[] = [];
  let chars = 0;
  for (const line of conversations.flat()) {
    if (lines.length >= EXCHANGE_LIMITS.lines - 1 || chars + line.text.length > EXCHANGE_LIMITS.totalChars) {
      lines.push({ at: line.at, dir: 'event', text: 'the rest of the exchange was not recorded' });
      return lines;
    }
    chars += line.text.length;
    lines.push(line);
  }
  return lines;
}
