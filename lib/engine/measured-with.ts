/** The settings of a run that change what a pass means, as listed in the report: pins, DNS servers, trust anchors and others. */
import { X509Certificate } from 'node:crypto';
import type { RunSettings } from '../model/request.ts';
import { duration } from '../model/units.ts';
import type { MeasuredWith } from './report-schema.ts';

/** Of a run with listeners: no pass of it says anything of the product. */
export const AT_LISTENERS: MeasuredWith = {
  setting: 'withListener',
  text: 'a listener in the place of the servers',
};

/** Entries of a report; for a run with ten thousand pins the report says how many more there are. */
const MOST = 20;

/**
 * Nothing for a run with the defaults.
 *
 * @param asked what the endpoints' own assertions and profiles change
 */
export function measuredWith(settings: RunSettings, asked: readonly MeasuredWith[] = []): MeasuredWith[] {
  const { family, timeoutMs, confirm, allowPrivate, oldProtocols, ehloName, mailFrom } = settings;
  const { delegation, revocation, weakCiphers } = settings;
  const { dnsServers, trustAnchors, controls, defaultControls, negativeControl } = settings;
  const all: MeasuredWith[] = [
    ...asked,
    ...settings.resolve.map(({ host, port, address }) => ({
      setting: 'resolve',
      text: `${host}:${port} pinned to ${address}, not looked up`,
      host,
    })),
    ...dnsServers.map((server) => ({ setting: 'dns', text: `DNS server ${server}` })),
    ...(settings.dnssecAnchors ?? []).map((ds) => ({ setting: 'dnssecAnchor', text: `DNSSEC from ${ds}` })),
    ...trustAnchors.map((pem) => ({ setting: 'ca', text: `extra trust anchor ${fingerprint(pem)}` })),
    ...(family === 'both' ? [] : [{ setting: 'family', text: `IPv${family} alone` }]),
    ...(timeoutMs === undefined ? [] : [{ setting: 'timeout', text: `a timeout of ${duration(timeoutMs)}` }]),
    ...(confirm === 1 ? [] : [{ setting: 'confirm', text: `failures probed again ${times(confirm)}` }]),
    ...(allowPrivate ? [{ setting: 'allowPrivate', text: 'private and loopback addresses allowed' }] : []),
    ...controls.map(({ port, host, hostPort }) => ({
      setting: 'control',
      text: `control for port ${port}: ${host}:${hostPort}`,
    })),
    ...(defaultControls ? [] : [{ setting: 'defaultControls', text: 'no built-in controls' }]),
    ...(negativeControl === undefined
      ? []
      : [{ setting: 'negativeControl', text: `negative control ${negativeControl.address}` }]),
    ...(oldProtocols ? [] : [{ setting: 'oldProtocols', text: 'old TLS versions not asked for' }]),
    ...(weakCiphers ? [{ setting: 'weakCiphers', text: 'weak cipher suites asked for' }] : []),
    ...(delegation ? [{ setting: 'delegation', text: 'all name servers of each host asked' }] : []),
    ...(revocation ? [{ setting: 'revocation', text: 'asked whether certificates are revoked' }] : []),
    ...(ehloName === undefined ? [] : [{ setting: 'ehloName', text: `the EHLO name ${ehloName}` }]),
    ...(mailFrom === undefined ? [] : [{ setting: 'mailFrom', text: `the mail sender ${mailFrom}` }]),
  ];
  const told = eachFirst(all);
  return told.length <= MOST
    ? told
    : [...told.slice(0, MOST - 1), { setting: 'more', text: `${all.length - MOST + 1} more such settings` }];
}

/** The first of each setting before all others, so that many of one hide none of another. */
function eachFirst(all: readonly MeasuredWith[]): MeasuredWith[] {
  const seen = new Set<string>();
  const isFirst = all.map(({ setting }) => {
    const isNew = !seen.has(setting);
    seen.add(setting);
    return isNew;
  });
  return [...all.filter((_, n) => isFirst[n]), ...all.filter((_, n) => !isFirst[n])];
}

const times = (number: number): string => (number === 0 ? 'not at all' : `${number} times`);

/** Enough of the SHA-256 to recognise a certificate. */
function fingerprint(pem: string): string {
  try {
    return `SHA-256 ${new X509Certificate(pem).fingerprint256.replaceAll(':', '').slice(0, 16).toLowerCase()}…`;
  } catch {
    return 'that can’t be read';
  }
}
