/** The latest states of the fleet's targets as metrics. */

import { causeDefaults } from '../../model/cause-codes.ts';
import { VERDICTS } from '../../model/severity-order.ts';
import { seconds } from '../../model/units.ts';
import {
  createExposition,
  type Exposition,
  type Labels,
  labels,
} from '../../report/prometheus/exposition.ts';
import { FLEET_FAMILIES } from '../../report/prometheus/families.ts';
import type { LatestEndpoint, LatestState } from '../state/latest.ts';

type Metrics = Exposition<typeof FLEET_FAMILIES>;

/** Endpoints of one target that are shown; a target has a dozen. */
export const MAX_SHOWN = 200;

const unixTime = (iso: string): number => Date.parse(iso) / 1_000;
const flag = (value: boolean): number => (value ? 1 : 0);

export interface FleetMetrics {
  /** `latest`: undefined when the target was never checked. Gives the number of endpoints shown. */
  add(target: string, latest: LatestState | undefined): number;
  text(): string;
}

/** @param now epoch ms */
export function createFleetMetrics(now: number): FleetMetrics {
  const metrics = createExposition(FLEET_FAMILIES);
  metrics.set('inbound_check_metrics_timestamp_seconds', labels({}), Math.floor(now / 1_000));
  return {
    add(target, latest) {
      const of = labels({ target });
      metrics.set('inbound_check_target_info', of, 1);
      if (latest === undefined) return 0;
      for (const each of VERDICTS)
        metrics.set(
          'inbound_check_target_verdict',
          labels({ verdict: each }, of),
          flag(latest.verdict === each),
        );
      metrics.set('inbound_check_last_run_timestamp_seconds', of, unixTime(latest.startedAt));
      // The table keeps no order, and which of very many are shown must not change from time to time.
      const endpoints = Object.entries(latest.endpoints).sort(([a], [b]) => (a < b ? -1 : 1));
      metrics.set('inbound_check_target_endpoints', of, endpoints.length);
      const shown = endpoints.slice(0, MAX_SHOWN);
      for (const [id, endpoint] of shown) setEndpoint(metrics, labels({ endpoint: id }, of), endpoint);
      return shown.length;
    },
    text: () => metrics.text(),
  };
}

function setEndpoint(metrics: Metrics, of: Labels, { verdict, cause, since, seen }: LatestEndpoint): void {
  // Our own failure must not look like a failure of the target: no sample rather than a 0.
  if (verdict !== 'inconclusive') metrics.set('probe_success', of, flag(verdict !== 'fail'));
  for (const each of VERDICTS)
    metrics.set('inbound_check_verdict', labels({ verdict: each }, of), flag(verdict === each));
  metrics.set('inbound_check_verdict_since_timestamp_seconds', of, unixTime(since));
  if (cause !== undefined)
    metrics.set(
      'inbound_check_cause_info',
      labels({ cause, side: causeDefaults(cause)?.side, rank: 0 }, of),
      1,
    );
  if (seen === undefined) return;
  const { durationMs, httpStatus, notAfter, states } = seen;
  if (durationMs !== undefined) metrics.set('probe_duration_seconds', of, seconds(durationMs));
  metrics.set('probe_http_status_code', of, httpStatus);
  if (notAfter !== undefined) metrics.set('probe_ssl_earliest_cert_expiry', of, unixTime(notAfter));
  for (const [state, vantages] of Object.entries(states))
    metrics.set('inbound_check_vantages', labels({ state }, of), vantages);
}
