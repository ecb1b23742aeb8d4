/** What an unsigned text decided, in sentences. Of the text they hold addresses, ports, numbers, and a drop's reason. */
import type { HostTextFormat } from '../../kinds/listener/host-text/host-packet.ts';
import { HTTP_SYS } from '../../kinds/listener/host-text/socket-table.ts';
import { hostPort } from '../../net/host-port.ts';
import { printable } from '../../net/printable.ts';
import type { HostTextDecision } from './host-text-decide.ts';
import { SAW, times } from './words.ts';

/** How far such a text can be believed; it stands beside whatever it decides. */
const UNSIGNED = 'This rests on unsigned text that a person sent: it is not proven as by a sealed log.';

export function hostTextSentence(decision: HostTextDecision, format: HostTextFormat): string {
  return `${said(decision, format)} ${UNSIGNED}`;
}

function said(decision: HostTextDecision, format: HostTextFormat): string {
  const { address, port, saw, arrived, counts, drops, reason, socket } = decision;
  const dialled = hostPort(address, port);
  const seen = [...new Set(saw)].map((one) => SAW[one]).join(' and ');
  const packets = `the test’s packets arrived from ${arrived?.remote ?? ''} (known by source address and port) at ${arrived?.local ?? ''}`;
  const why = reason === undefined ? '' : ` (“${printable(reason, 100)}”)`;
  const owner = ownerWords(decision);
  switch (decision.found) {
    case 'path.host-firewall':
      if (drops > 0)
        return `${dialled}: ${packets}, and ${format} says that the host’s firewall dropped them, ${times(drops)}${why}.${owner}${socket === 'none' ? ' No socket listens there either: the firewall drops that, too.' : ''}`;
      return `${dialled}: ${packets} (${times(counts.syns)}), a socket listens there, and by ${format} the host ${counts.rsts > 0 ? `rejected them with a RST (${times(counts.rsts)})` : 'sent nothing back'}: its own firewall or a security agent stops them.${owner}`;
    case 'path.nothing-listens':
      if (counts.rsts > 0)
        return `${dialled}: ${packets}, and by ${format} the host answered with a RST (${times(counts.rsts)}): nothing listens at that address and port.${owner}`;
      return `${dialled}: ${packets}, and by ${drops > 0 ? `${format} the host dropped them, as no socket was found${why}` : `the table of sockets nothing listened at that address and port when it was made`}.${owner}`;
    case 'path.reply-lost':
      return `${dialled}: ${packets}, by ${format} the host sent ${times(counts.synAcks)} a SYN-ACK, and none came back to the prober.`;
    case 'arrived':
      return `${dialled}: ${packets}, and the prober got ${seen}.${owner}`;
    case 'not-in-text':
      return `${dialled}: no line of ${format} has the source address and port of the test. That proves nothing: lines may be missing, and address translation changes the source.`;
    case 'not-repeated':
      return `${dialled}: ${packets}; the prober’s attempts disagree (${seen}), so nothing is decided.`;
    case 'answered-on-the-way':
      return `${dialled}: ${packets}, but what the prober got (${seen}) is not what the host sent by ${format}: something on the way answered.`;
    case 'reply-maybe-lost':
      return `${dialled}: ${packets}, and by ${format} the host answered; its answer did not come back, but chance may have lost it.`;
    case 'let-in':
      return `${dialled}: ${packets}, and by ${format} the host’s firewall let them in. What the host answered is not in that text: pktmon shows it.${owner}`;
    case 'dropped':
      return `${dialled}: ${packets}, and by ${format} the host dropped them, ${times(drops)}${why}. Whether a firewall did is not said.${owner}`;
    case 'no-answer':
      return `${dialled}: ${packets}, and ${format} has no answer of the host. Its firewall, or nothing listens there (Windows is silent then, too): "netstat -ano" tells them apart, join its text as well.${owner}`;
    default:
      return decision.found satisfies never;
  }
}

function ownerWords({ port, by, socket }: HostTextDecision): string {
  if (by === undefined) return '';
  const where = socket === 'none' ? ' has the port at another address of the host' : ' has the port';
  if (by.program === HTTP_SYS)
    return ` PID ${by.pid}, which is http.sys, Windows’ own web server (IIS and others use it),${where}: "inbound-check listen --ports ${port} --print iis" is the way to test there.`;
  return ` ${by.program === undefined ? 'A program' : printable(by.program, 100)} (PID ${by.pid})${where}.`;
}
