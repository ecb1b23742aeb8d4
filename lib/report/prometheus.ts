import type { EndpointReport, ReportObservation, ReportTail } from '../engine/report-schema.ts';
import { lastAttempts } from '../engine/verdict/last-attempts.ts';
import { metricsOf } from '../kinds/measurements.ts';
import { VERDICTS } from '../model/severity-order.ts';
import { seconds } from '../model/units.ts';
import { State } from '../model/vocabulary.ts';
import { createExposition, type Exposition, type Labels, labels } from './prometheus/exposition.ts';
import { FAMILIES } from './prometheus/families.ts';
import type { ReportFormat } from './reporter.ts';
import { measuredWithLine } from './words/measured-with.ts';

type Metrics = Exposition<typeof FAMILIES>;

const unixTime = (iso: string): number => Date.parse(iso) / 1000;
const flag = (value: boolean): number => (value ? 1 : 0);

function setObservation(metrics: Metrics, endpoint: Labels, observation: ReportObservation): void {
  const of = labels({ vantage: observation.vantage, address: observation.address }, endpoint);
  const { dns, connect, tls, firstByte, total } = observation.timings;
  metrics.set('probe_duration_seconds', of, seconds(total));
  if (dns !== undefined) metrics.set('probe_dns_lookup_time_seconds', of, seconds(dns));
  metrics.set('probe_ip_protocol', of, observation.family);
  for (const state of State.options)
    metrics.set('inbound_check_state', labels({ state }, of), flag(observation.state === state));
  if (connect !== undefined) metrics.set('inbound_check_connect_seconds', of, seconds(connect));
  if (tls !== undefined) metrics.set('inbound_check_tls_seconds', of, seconds(tls));
  if (firstByte !== undefined) metrics.set('inbound_check_first_byte_seconds', of, seconds(firstByte));

  for (const { name, labels: own = {}, value } of metricsOf(observation.evidence, observation.timings))
    metrics.set(name, labels(own, of), value);
}

function setEndpoint(metrics: Metrics, report: EndpointReport): void {
  const { target, id, kind, host, port, expect, level, verdict } = report;
  // Kind, host and port are written once, for joins: this keeps about sixty samples of an endpoint shorter.
  const of = labels({ target, endpoint: id });
  metrics.set('inbound_check_endpoint_info', labels({ kind, host, port, expect, level }, of), 1);
  // Our own failure must not look like a failure of the target: no sample rather than a 0.
  if (verdict !== 'inconclusive') metrics.set('probe_success', of, flag(verdict !== 'fail'));
  for (const each of VERDICTS)
    metrics.set('inbound_check_verdict', labels({ verdict: each }, of), flag(verdict === each));
  const causes = new Set([...(report.cause ? [report.cause] : []), ...(report.alsoFound ?? [])]);
  for (const [rank, cause] of [...causes].entries())
    metrics.set(
      'inbound_check_cause_info',
      labels({ cause, side: rank === 0 ? report.side : undefined, rank }, of),
      1,
    );
  metrics.set('inbound_check_flapped', of, flag(report.flapped === true));
  for (const observation of lastAttempts(report.observations)) setObservation(metrics, of, observation);
}

function setRun(metrics: Metrics, tail: ReportTail): void {
  const of = labels({ profile: tail.profile });
  for (const each of VERDICTS) {
    metrics.set('inbound_check_run_verdict', labels({ verdict: each }, of), flag(tail.verdict === each));
    metrics.set('inbound_check_run_endpoints', labels({ verdict: each }, of), tail.counts[each]);
  }
  metrics.set('inbound_check_run_partial', of, flag(tail.partial === true));
  const measured = measuredWithLine(tail);
  if (measured !== undefined)
    metrics.set('inbound_check_run_measured_with_info', labels({ measured_with: measured }, of), 1);
  metrics.set('inbound_check_run_start_time_seconds', of, unixTime(tail.startedAt));
  metrics.set('inbound_check_run_end_time_seconds', of, unixTime(tail.finishedAt));
  for (const { id, controls, negativeControl } of tail.vantages) {
    for (const { port, family, target, ok } of controls)
      metrics.set(
        'inbound_check_control_ok',
        labels({ vantage: id, port, family, control: target }),
        flag(ok),
      );
    if (negativeControl)
      metrics.set(
        'inbound_check_negative_control_clean',
        labels({ vantage: id, address: negativeControl.address }),
        flag(negativeControl.clean),
      );
  }
}

/**
 * Text exposition 0.0.4, for the textfile collector or a push gateway. Samples of a family must be together, so
 * the text is made at the end; until then only numbers and labels are kept, not the endpoints.
 */
export const prometheus: ReportFormat = {
  id: 'prometheus',
  extension: 'prom',
  mediaType: 'text/plain; version=0.0.4; charset=utf-8',
  streams: false,
  open() {
    const metrics = createExposition(FAMILIES);
    return {
      begin: () => '',
      endpoint(report) {
        setEndpoint(metrics, report);
        return '';
      },
      end(tail) {
        setRun(metrics, tail);
        return metrics.text();
      },
    };
  },
};
