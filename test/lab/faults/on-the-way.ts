/** What happens to a place's packets on the internet, before they come to the customer's firewall. */
import type { Place, Site } from '../case.ts';
import type { Lab } from '../topology.ts';
import { from, toward } from './packets.ts';

/** Each packet is lost with this chance, in both directions, and so is what routers say of those packets. */
export const lossOnTheWay = (percent: number): Site => ({
  made: `${percent} % packet loss on the way to the firewall, in both directions`,
  start: async (place, lab) => {
    const packets = [...toward(place), ...from(place), ...errorsAbout(place)];
    const lost = packets.map((some) => `${some} numgen random mod 100 < ${percent} drop`);
    await onTheInternet(lab, place, { forward: lost, output: lost });
  },
});

/** Of two paths that a router chooses by the client's port one is dead. */
export const deadPath = (): Site => ({
  made: 'one of two paths of equal cost drops, chosen by the client’s port',
  start: (place, lab) =>
    onTheInternet(lab, place, {
      forward: toward(place, [4]).map(
        (packets) => `${packets} meta l4proto tcp jhash tcp sport mod 2 seed 0x1 0 drop`,
      ),
    }),
});

const ERRORS = '{ destination-unreachable, time-exceeded }';

/** The address within the packet that an ICMP error quotes: after 8 bytes of ICMP, and 16 or 24 of the IP header. */
const errorsAbout = ({ v4, v6 }: Place): string[] => [
  ...v4.map((address) => `icmp type ${ERRORS} @th,192,32 ${asNumber(address)}`),
  ...v6.map((address) => `icmpv6 type ${ERRORS} @th,256,128 0x${asHex(address)}`),
];

const asNumber = (address: string): number =>
  address.split('.').reduce((number, byte) => number * 256 + Number(byte), 0);

/** All 128 bits. */
function asHex(address: string): string {
  const [front = [], back = []] = address.split('::').map((half) => half.split(':').filter(Boolean));
  const zeros = Array.from({ length: 8 - front.length - back.length }, () => '0');
  return [...front, ...zeros, ...back].map((group) => group.padStart(4, '0')).join('');
}

async function onTheInternet(
  { internet }: Lab,
  place: Place,
  rules: Readonly<Partial<Record<'forward' | 'output', readonly string[]>>>,
): Promise<void> {
  const table = place.id.replaceAll('-', '_');
  const input = [
    `add table inet ${table}`,
    ...Object.entries(rules).flatMap(([hook, statements]) => [
      `add chain inet ${table} ${hook} { type filter hook ${hook} priority 0; }`,
      ...statements.map((statement) => `add rule inet ${table} ${hook} ${statement}`),
    ]),
  ].join('\n');
  const { status, stderr } = await internet.run('nft', ['-f', '-'], { timeoutMs: 10_000, input });
  if (status !== 0) throw new Error(`nft of ${place.id}: ${stderr}`);
}
