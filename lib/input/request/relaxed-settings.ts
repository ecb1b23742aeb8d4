/** What a user's assertions and profile options change about the meaning of a pass, as listed in the report. Pure. */
import { basename } from 'node:path';
import type { MeasuredWith } from '../../engine/report-schema.ts';
import { type Assertions, DEFAULT_DAYS_WARN, type Endpoint } from '../../model/endpoint.ts';
import type { Profile } from '../../model/profile.ts';
import { hostPort } from '../../net/host-port.ts';
import { printable } from '../../net/printable.ts';
import { findProfile, profiles } from '../profiles/index.ts';

/** Different texts that are kept; a file may give each of ten thousand endpoints its own. */
const MOST = 100;
/** Length of one text: a list of status codes may be long. */
const LONGEST = 120;

interface Place {
  readonly setting: string;
  readonly host: string;
  readonly port: number;
  count: number;
  oneHost: boolean;
}

/** Nothing for endpoints by the defaults, and for rows of a built-in profile as they are. Equal ones are one entry. */
export function relaxedSettings(endpoints: Iterable<Endpoint>): MeasuredWith[] {
  const places = new Map<string, Place>();
  for (const endpoint of endpoints)
    for (const { setting, text } of ofEndpoint(endpoint)) {
      const { host, port } = endpoint;
      const known = places.get(text);
      if (known !== undefined) {
        known.count += 1;
        known.oneHost &&= known.host === host;
      } else if (places.size < MOST) places.set(text, { setting, host, port, count: 1, oneHost: true });
    }
  return [...places].map(([text, { setting, host, port, count, oneHost }]) => ({
    setting,
    text: `${text} at ${count === 1 ? hostPort(host, port) : `${count} endpoints${oneHost ? ` of ${host}` : ''}`}`,
    ...(oneHost && { host }),
  }));
}

function ofEndpoint(endpoint: Endpoint): MeasuredWith[] {
  const { expect, level, reason, meantForAll, allowListedVantages } = endpoint;
  // Rows of a profile have a reason; what they ask for is the profile's, and a user's own is told as such.
  const isOwn = reason === undefined;
  return [
    ...(isOwn && level !== 'required' ? [{ setting: 'level', text: `level ${level}` }] : []),
    ...(meantForAll === true ? [{ setting: 'ui', text: 'web interface meant for all, no warning' }] : []),
    ...(allowListedVantages === undefined
      ? []
      : [
          {
            setting: 'allowListedVantages',
            text: cut(`open to ${allowListedVantages.join(', ')} alone`),
          },
        ]),
    ...(expect === 'open' ? ofAssertions(endpoint.assertions ?? {}, usualOf(endpoint)) : []),
  ];
}

function ofAssertions(own: Assertions, usual: Assertions): MeasuredWith[] {
  const { status, certDaysWarn, tlsMinVersion } = own;
  const off = (['redirectToHttps', 'starttls', 'relayTest'] as const).filter((name) => own[name] === false);
  return [
    ...(status === undefined || status.join() === usual.status?.join()
      ? []
      : [{ setting: 'status', text: cut(`HTTP status ${ranges(status)} accepted`) }]),
    ...(certDaysWarn !== undefined && certDaysWarn < DEFAULT_DAYS_WARN
      ? [{ setting: 'certDaysWarn', text: `certificate warning only below ${certDaysWarn} days` }]
      : []),
    ...(tlsMinVersion === 'TLSv1' || tlsMinVersion === 'TLSv1.1'
      ? [{ setting: 'tlsMinVersion', text: `TLS ${tlsMinVersion === 'TLSv1' ? '1.0' : '1.1'} accepted` }]
      : []),
    ...(own.acmePath === true && usual.acmePath !== true
      ? [{ setting: 'acmePath', text: 'HTTP-01 path, where a 404 passes,' }]
      : []),
    ...off.map((name) => ({ setting: name, text: `${name} not asked for` })),
  ];
}

/** What the row of a built-in profile asks for of itself; nothing for an endpoint of no such row. */
function usualOf({ kind, port, path, reason, source }: Endpoint): Assertions {
  if (reason === undefined) return {};
  for (const { rows } of profiles)
    for (const row of rows)
      if (
        row.kind === kind &&
        row.port === port &&
        row.path === path &&
        row.reason === reason &&
        row.source === source
      )
        return row.assertions ?? {};
  return {};
}

const cut = (text: string): string => printable(text, LONGEST);

/** 200–299, 404 */
function ranges(codes: readonly number[]): string {
  const all = [...new Set(codes)].sort((a, b) => a - b);
  const parts: [first: number, last: number][] = [];
  for (const code of all) {
    const last = parts.at(-1);
    if (last !== undefined && last[1] === code - 1) last[1] = code;
    else parts.push([code, code]);
  }
  return parts.map(([first, last]) => (first === last ? String(first) : `${first}–${last}`)).join(', ');
}

/** A profile that the user wrote: its id alone may be that of a built-in one. Of the path only the file's name. */
export function ownProfile(profile: Profile, reference: string): MeasuredWith | undefined {
  const builtIn = findProfile(profile.id);
  if (builtIn === profile) return undefined;
  const file = printable(basename(reference.replaceAll('\\', '/')), 80);
  return {
    setting: 'profile',
    text: `own profile ${profile.id} from the file ${file}${builtIn === undefined ? '' : ', not the built-in one'}`,
  };
}
