/** What is read of a text that a person sent of the listener's machine. */

/** Of the ports that are asked about; what is beyond is passed over. */
export const MAX_HOST_PACKETS = 20_000;

export type HostTextFormat = 'pktmon' | 'pfirewall.log' | 'netstat';

/**
 * One line about a connection that somebody tried to make to this machine.
 *
 * - `arrived`: a SYN was seen. `allowed`: the firewall wrote that it let it in.
 * - `firewall-drop`: the host's firewall dropped it. `no-socket`: dropped, as nothing listens. `other-drop`: for another reason.
 * - `syn-ack`, `rst`: sent by this machine.
 */
export interface HostPacket {
  readonly what: 'arrived' | 'allowed' | 'firewall-drop' | 'no-socket' | 'other-drop' | 'syn-ack' | 'rst';
  /** The other end and this machine's: `198.51.100.9:50412`, `10.0.3.4:443`. */
  readonly remote: string;
  readonly local: string;
  /** The machine's local time as if it were UTC, epoch ms; absent where the line has no date. */
  readonly at?: number;
  /** The reason of a drop, as the text has it; not yet printable. */
  readonly reason?: string;
  /** Largest payload that a SYN asks for. */
  readonly mss?: number;
}

export interface ListeningRow {
  readonly address: string;
  readonly port: number;
  readonly pid: number;
}

export interface HostText {
  readonly format: HostTextFormat;
  readonly packets: readonly HostPacket[];
  /** It also has packets that this machine sent, so that the absence of an answer can be seen. */
  readonly showsAnswers: boolean;
  /** Listening TCP sockets; `undefined`: the text has no table. */
  readonly sockets?: readonly ListeningRow[];
}
