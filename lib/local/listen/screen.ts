/** The admin's screen: one line a port, made to be read aloud. It says what arrived, and never why nothing did. */
import { HTTP_SYS } from '../../kinds/listener/host-text/socket-table.ts';
import type { ListenerArrival } from '../../kinds/listener/listener-log.ts';
import { spoken, wordsOf } from '../../kinds/listener/words.ts';
import type { PortState } from './arrivals.ts';
import type { GoneConnection } from './listener.ts';

/** `443 ARRIVED  10:14:03 from 198.51.100.9, read aloud: TANGO LIMA 47`; times are UTC. */
export function portLine({ opening, proven, other, gone }: PortState, width = 0): string {
  const port = String(opening.port).padEnd(width);
  switch (opening.state) {
    case 'taken':
      return `${port} TAKEN ${opening.by === undefined ? 'by a program that this account can’t see' : `by ${opening.by.program} (pid ${opening.by.pid})${wayOf(opening.by)}`}`;
    case 'denied':
      return `${port} NOT OPENED  this account may not open it; ports below 1024 need root or Administrator`;
    case 'unavailable':
      return `${port} NOT OPENED  the system says ${opening.reason ?? 'no more'}`;
    case 'listening': {
      const last = proven ?? other;
      if (last !== undefined) return arrivalLine(last, width);
      if (gone !== undefined) return goneLine(gone, width);
      const only = opening.addresses === undefined ? '' : ` at ${opening.addresses.join(', ')}`;
      return `${port} WAITING  nothing has arrived${only}`;
    }
    default:
      return opening.state satisfies never;
  }
}

/** On Windows the system itself has the ports of its web server, and beside that one there is a way. */
const wayOf = ({ program }: NonNullable<PortState['opening']['by']>): string =>
  program === HTTP_SYS ? ', which IIS and others use: "listen --print iis" is the way there' : '';

/** The same of one connection. */
export function arrivalLine(arrival: ListenerArrival, width = 0): string {
  const time = arrival.at.slice(11, 19);
  return `${String(arrival.port).padEnd(width)} ARRIVED  ${time} from ${addressOf(arrival.remote)}${balancer(arrival)}${told(arrival)}`;
}

/** Its packets arrived, so that the port waits no more; whose they were nobody knows. */
const goneLine = ({ port, at }: GoneConnection, width = 0): string =>
  `${String(port).padEnd(width)} ARRIVED  ${at.slice(11, 19)}, cut off before it could be seen from where`;

function balancer({ proxyHeader }: ListenerArrival): string {
  if (proxyHeader === undefined) return '';
  const { client } = proxyHeader;
  return client === undefined ? ' (PROXY header)' : ` (PROXY header for ${addressOf(client)})`;
}

function told({ what, nonce }: ListenerArrival): string {
  switch (what) {
    case 'challenge':
      return `, read aloud: ${spoken(wordsOf(nonce ?? ''))}`;
    case 'no-challenge':
      return ' without our challenge (a scanner, or another tester)';
    case 'silent':
      return ', connected and sent nothing';
    case 'tls-failed':
      return ', began TLS and did not finish it';
    default:
      return what satisfies never;
  }
}

/** `198.51.100.9` of `198.51.100.9:50412`, `2001:db8::7` of `[2001:db8::7]:50412`. */
const addressOf = (end: string): string => end.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');

export interface Screen {
  /** The ports as they were opened. */
  readonly begin: (ports: readonly PortState[]) => void;
  /** @param isTold false: the bound of single lines is reached */
  readonly arrived: (ports: readonly PortState[], arrival: ListenerArrival, isTold: boolean) => void;
  /** @param isTold true: the first of its port */
  readonly gone: (ports: readonly PortState[], gone: GoneConnection, isTold: boolean) => void;
}

/** Writes one line a port, over the lines before. */
export function terminalScreen(write: (text: string) => void, columns: () => number): Screen {
  let rows = 0;
  const draw = (ports: readonly PortState[]): void => {
    const width = widthOf(ports);
    const lines = ports.map((port) => portLine(port, width));
    // Up to the first row, and everything below is cleared.
    write(`${rows > 0 ? `\u001B[${rows}A\u001B[J` : ''}${lines.map((line) => `${line}\n`).join('')}`);
    // Nothing of a line is cut, as what is read aloud stands at its end; on a narrow terminal it is two.
    rows = lines.reduce((sum, line) => sum + Math.ceil(line.length / columns()), 0);
  };
  return { begin: draw, arrived: draw, gone: draw };
}

/** Writes the ports' lines once, then a line for each connection: for a file, a pipe, a service's journal. */
export function plainScreen(write: (text: string) => void): Screen {
  return {
    begin: (ports) => write(ports.map((port) => `${portLine(port)}\n`).join('')),
    arrived(_, arrival, isTold) {
      if (isTold) write(`${arrivalLine(arrival)}\n`);
    },
    gone(_, gone, isTold) {
      if (isTold) write(`${goneLine(gone)}\n`);
    },
  };
}

const widthOf = (ports: readonly PortState[]): number =>
  Math.max(...ports.map(({ opening }) => String(opening.port).length));
