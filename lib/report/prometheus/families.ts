import { kindFamilies } from '../../kinds/metric-families.ts';

/**
 * Metric names. `probe_*` are those of prometheus/blackbox_exporter where they mean the same, with its units;
 * `inbound_check_*` are our own. All are gauges.
 */
export const FAMILIES = {
  probe_success:
    '1 if the expectation of the endpoint is met (pass or warn), 0 if not; absent while inconclusive, see inbound_check_verdict.',
  probe_duration_seconds: 'How long the probe took to complete in seconds.',
  probe_dns_lookup_time_seconds: 'Time taken for the DNS lookup in seconds.',
  probe_ip_protocol: 'Whether the probe went over IPv4 (4) or IPv6 (6).',
  ...kindFamilies,
  inbound_check_endpoint_info:
    'What the endpoint is: 1, with kind, host, port, expectation and level as labels.',
  inbound_check_verdict: '1 for the verdict of the endpoint, 0 for the others.',
  inbound_check_cause_info:
    '1 for each cause found at the endpoint; rank 0 is the most serious. Side: who has to act, for rank 0.',
  inbound_check_flapped: '1 if the attempts at the endpoint disagreed.',
  inbound_check_state:
    '1 for the state of the address as seen from the vantage, 0 for the others: open, closed, filtered, broken, inconclusive.',
  inbound_check_connect_seconds: 'Time from SYN to SYN-ACK in seconds.',
  inbound_check_tls_seconds: 'Time from ClientHello to the end of the TLS handshake in seconds.',
  inbound_check_first_byte_seconds: 'Time from the request (or the connect) to the first byte in seconds.',
  inbound_check_control_ok:
    '1 if the control on this port answered: the network of the vantage lets the port out.',
  inbound_check_negative_control_clean:
    '1 if the reserved address did not connect; 0: the network answers for everyone.',
  inbound_check_run_verdict: '1 for the verdict of the run, 0 for the others.',
  inbound_check_run_endpoints: 'Endpoints of the run by verdict.',
  inbound_check_run_partial: '1 if the run was cut short.',
  inbound_check_run_measured_with_info:
    'Settings that change what a pass means; absent for a run by the defaults.',
  inbound_check_run_start_time_seconds: 'Start of the run in Unix time.',
  inbound_check_run_end_time_seconds: 'End of the run in Unix time.',
} as const;

const { probe_success, probe_http_status_code, probe_ssl_earliest_cert_expiry } = FAMILIES;
const { inbound_check_verdict, inbound_check_cause_info } = FAMILIES;

/**
 * What the deployed fleet reports about its registered targets: one sample for each endpoint, all vantages together. Names
 * that are also above mean the same.
 */
export const FLEET_FAMILIES = {
  probe_success,
  probe_duration_seconds: 'How long the probe took to complete in seconds; of the slowest vantage.',
  probe_http_status_code,
  probe_ssl_earliest_cert_expiry,
  inbound_check_verdict,
  inbound_check_cause_info,
  inbound_check_verdict_since_timestamp_seconds:
    'Start of the first run that saw the present verdict of the endpoint without a break, in Unix time.',
  inbound_check_vantages: 'Vantages of the last run by what they saw of the endpoint.',
  inbound_check_target_info: '1 for each registered target, whether it was ever checked or not.',
  inbound_check_target_verdict: '1 for the verdict of the last run of the target, 0 for the others.',
  inbound_check_target_endpoints: 'Endpoints of the target, more than are shown here if it has very many.',
  inbound_check_last_run_timestamp_seconds: 'Start of the last run of the target in Unix time.',
  inbound_check_metrics_timestamp_seconds: 'When these metrics were read, in Unix time.',
} as const;
