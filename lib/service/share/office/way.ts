/** How somebody in an office can try an endpoint from a browser of theirs. Pure. */
import type { KindDescriptor } from '../../../kinds/contract/descriptor.ts';
import { descriptorOf } from '../../../kinds/descriptors.ts';
import { isKind } from '../../../model/vocabulary.ts';
import { plainAddress } from '../../../net/address-ranges.ts';
import { hostPort } from '../../../net/host-port.ts';
import type { OfficeWay } from '../../state/offices.ts';

/** Where no browser connects, whatever the page (Fetch standard, "Port blocking", bad ports). */
const BAD_PORTS: ReadonlySet<number> = new Set([
  0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104,
  109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515,
  526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049,
  3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10_080,
]);

interface Named {
  /** Without brackets. */
  readonly host: string;
  readonly port: number;
  readonly path?: string | undefined;
}

/** An endpoint as far as an office can try it. */
interface ByHand extends Named {
  /** A report of a later version may have one that is unknown here. */
  readonly kind: string;
}

/** Whether a TCP connection to the host and port that it names reaches it, with nobody there who has to start something. */
const isReachedByTcp = ({ transport, dialsHost, isStarted }: KindDescriptor): boolean =>
  transport === 'tcp' && dialsHost && isStarted !== true;

/** What a host may have in a command that somebody pastes, and in a policy of a page. */
const PLAIN_HOST = /^[a-z0-9._:-]{1,253}$/i;

/** `undefined`: an office can't try it by hand, as what is asked over UDP. */
export function wayOf(
  { kind, host, port }: ByHand,
  /** Of the page that tries it. */
  page: 'http:' | 'https:',
): OfficeWay | undefined {
  const descriptor = isKind(kind) ? descriptorOf(kind) : undefined;
  if (descriptor === undefined || !isReachedByTcp(descriptor) || !PLAIN_HOST.test(host)) return undefined;
  if (descriptor.browsed === undefined || BAD_PORTS.has(port)) return 'type';
  // Mixed Content, "Should fetching request be blocked": a page over https may ask nothing over http.
  if (page === 'https:' && descriptor.browsed === 'http:') return 'open';
  // CSP Level 3, "host-part matches": a policy can't name an address, but for this one.
  if (plainAddress(host) !== undefined && host !== '127.0.0.1') return 'open';
  return 'fetch';
}

/** What is opened or connected to: a URL, or `host:port`. */
export function addressOf({ kind, host, port, path = '/' }: ByHand): string {
  const at = hostPort(host, port);
  const browsed = isKind(kind) ? descriptorOf(kind).browsed : undefined;
  return browsed === undefined ? at : new URL(path, `${browsed}//${at}`).href;
}

/** For the visitor's own machine: the first is for PowerShell, the second for macOS and Linux. */
export const commandsFor = ({
  host,
  port,
}: Named): { readonly windows: string; readonly others: string } => ({
  windows: `Test-NetConnection ${host} -Port ${port}`,
  others: `nc -vz -w 10 ${host} ${port}`,
});
