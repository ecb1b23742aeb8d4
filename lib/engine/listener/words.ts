/** What was decided, in sentences. They hold no text of a peer: addresses, ports, numbers, and a program's name. */

import { hostPort } from '../../net/host-port.ts';
import { printable } from '../../net/printable.ts';
import type { PortDecision } from './decide.ts';
import type { ListenerAttempt } from './evidence.ts';

export const SAW = {
  connected: 'a connection',
  refused: 'a refusal',
  silent: 'no answer',
  unreachable: 'an ICMP error',
  reset: 'a connection that was cut at once',
} as const satisfies Record<ListenerAttempt['saw'], string>;

const TIED = {
  proof: 'by the listener’s proof',
  'source-and-port': 'by source address and port',
  port: 'by the source port',
  tag: 'by the challenge in its first data',
  mark: 'by the segment size that the code decides',
  source: 'by the source address',
  alone: 'since nothing else arrived at that time',
} as const;

export const times = (number: number): string => (number === 1 ? 'once' : `${number} times`);

/** @param clocksTold an exchange tells how the clocks differ */
export function decisionSentence(decision: PortDecision, clocksTold: boolean): string {
  const { address, port, saw, tie, counts, owner, by, sources } = decision;
  const dialled = hostPort(address, port);
  const seen = [...new Set(saw)].map((one) => SAW[one]).join(' and ');
  const holder = by === undefined ? '' : `, where ${printable(by, 100)} has the port`;
  const [remote = ''] = tie?.remotes ?? [];
  const local = tie?.local ?? '';
  const arrived = `the test’s packets arrived from ${remote} (known ${tie === undefined ? '' : TIED[tie.by]})`;
  const clocks = clocksTold ? '' : ' The clocks of both ends are taken to agree.';
  switch (decision.found) {
    case 'path.never-arrived':
      return saw.every((one) => one === 'silent')
        ? `${dialled}: none of the test’s packets arrived at the host, which watched for them all the time; the prober got no answer.${clocks}`
        : `${dialled}: none of the test’s packets arrived at the host, which watched for them all the time; the prober got ${seen} from something on the way.${clocks}`;
    case 'path.another-host':
      return `${dialled}: something answered the prober, and none of the test’s packets arrived at this host: another machine has the address, or the port is passed on to one.${clocks}`;
    case 'path.reply-lost':
      return `${dialled}: ${arrived} at ${local}, the host sent ${times(counts.synAcks)} a SYN-ACK, and none came back to the prober.`;
    case 'path.host-firewall':
      if (counts.icmps > 0)
        return `${dialled}: ${arrived} at ${local}${holder}, and the host itself rejected them with an ICMP error (${times(counts.icmps)}).`;
      if (counts.rsts > 0)
        return `${dialled}: ${arrived} at ${local}${holder}, and the host rejected them with a RST (${times(counts.rsts)}) although the listener’s socket was open there.`;
      return `${dialled}: ${arrived} at ${local}${holder} (${times(counts.syns)}), and the host sent nothing back: its own firewall drops them.${owner === 'unknown' ? ' No socket of the listener was open there.' : ''}`;
    case 'path.nothing-listens':
      return `${dialled}: ${arrived} at ${local}, and the host answered with a RST (${times(counts.rsts)}): nothing listens at that address and port.${by === undefined ? '' : ` ${printable(by, 100)} has the port at another address of the host, perhaps 127.0.0.1 alone.`}${saw.includes('silent') ? ' Even that did not always come back to the prober.' : ''}`;
    case 'path.source-rewritten':
      return `${dialled}: ${arrived} at ${local}${holder} and were answered; the prober sent them from ${sources.join(' or ')}, so something on the way rewrites the source.`;
    case 'arrived':
      return `${dialled}: ${arrived} at ${local}${holder}, and the prober got ${seen}.`;
    case 'other-port':
      return `${dialled}: ${arrived} at ${local}, which is another port than the one that was dialled: something on the way translates it.`;
    case 'gone':
      return `${dialled}: the listener did not run for the whole time of the test, so its log decides nothing about it.${clocks}`;
    case 'not-watched':
      return `${dialled}: nothing is known to have arrived, but the packets to the port were not watched, so whether the network or the host stops them is open.`;
    case 'packets-lost':
      return `${dialled}: nothing is known to have arrived, but not all packets to the port could be kept, so this decides nothing.`;
    case 'strangers':
      return `${dialled}: packets from other sources arrived at that time; they may be the test’s behind address translation, so this decides nothing.`;
    case 'too-few':
      return `${dialled}: none of the test’s packets arrived, but so few were sent that chance may have lost them.`;
    case 'reply-maybe-lost':
      return `${dialled}: ${arrived} at ${local}, and the host answered; its answer did not come back, but chance may have lost it.`;
    case 'answered-on-the-way':
      return `${dialled}: ${arrived} at ${local}, but what the prober got (${seen}) was not sent by this host: something on the way answered.`;
    case 'not-repeated':
      return `${dialled}: ${arrived} at ${local}; the prober’s attempts disagree (${seen}), so nothing is decided.`;
    default:
      return decision.found satisfies never;
  }
}
