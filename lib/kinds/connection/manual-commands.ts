/** Command lines that repeat the observation, and those that several protocols share. */

import { bracketed, hostPort } from '../../net/host-port.ts';
import { isIP } from '../../net/ip.ts';

export interface ManualCommand {
  readonly tool: string;
  /** `sh`: bash, zsh and other POSIX shells. `powershell`: Windows. */
  readonly shell: 'sh' | 'powershell';
  readonly command: string;
  /** What to look for, in a few words. */
  readonly shows: string;
}

/** Host, port and address are checked for their form before a kind gets them; the path may be anything. */
export interface ManualTarget {
  readonly host: string;
  readonly port: number;
  readonly path?: string | undefined;
  /** The address that was dialled. */
  readonly address: string;
}

/** Letters, digits, hyphen, underscore and dots, as resolvers take them; never an option (no leading hyphen). */
const HOST = /^(?!-)[a-z0-9_]([a-z0-9_.-]{0,252})$/i;

export const isHost = (text: string): boolean => isIP(text) !== 0 || HOST.test(text);
export const isPort = (port: number): boolean => Number.isInteger(port) && port >= 1 && port <= 65_535;
/** Zone ids (fe80::1%eth0) are valid on one machine only. */
export const isDialled = (address: string): boolean => isIP(address) !== 0 && !address.includes('%');

/** Seconds that each tool waits: more than a probe's timeout, so that slow isn't taken for dead. */
export const WAIT = 30;

/** A word of a POSIX shell: unchanged when no character in it is special, else in single quotes. */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9@%+=:,./_-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/**
 * curl's options that bind a host and port to the address that was dialled, with a space after them. `--resolve` is not
 * used for hosts that are addresses, which need it only if they were bound to another address.
 */
export function curlPin({ host, port, address }: ManualTarget): string {
  if (host === address) return '';
  return isIP(host) === 0
    ? `--resolve ${shellWord(`${host}:${port}:${bracketed(address)}`)} `
    : `--connect-to ${shellWord(`${bracketed(host)}:${port}:${bracketed(address)}:${port}`)} `;
}

export function openssl({ host, address, port }: ManualTarget, starttls?: 'smtp'): ManualCommand {
  // RFC 6066 §3: an address is not a server name.
  const name =
    isIP(host) === 0
      ? `-servername ${shellWord(host)} -verify_hostname ${shellWord(host)}`
      : `-noservername -verify_ip ${shellWord(host)}`;
  const start = starttls === undefined ? '' : ` -starttls ${starttls}`;
  return {
    tool: 'openssl',
    shell: 'sh',
    command: `openssl s_client -connect ${shellWord(hostPort(address, port))}${start} ${name} -showcerts </dev/null`,
    shows: 'the certificates as sent, and the verify return code',
  };
}

/**
 * The same command, which ends after 30 s whatever the peer does. curl has its own limit for everything, and
 * says what it waited for; PowerShell's tools stop by themselves.
 */
export const bounded = (line: ManualCommand): ManualCommand =>
  line.shell === 'sh' && line.tool !== 'curl'
    ? { ...line, command: `timeout ${WAIT} ${line.command}` }
    : line;

export const netcat = ({ address, port }: ManualTarget, shows: string): ManualCommand => ({
  tool: 'nc',
  shell: 'sh',
  // A second less than `bounded` leaves, so that nc itself says that nobody answered.
  command: `nc -v -w ${WAIT - 1} ${address} ${port} </dev/null`,
  shows,
});

export const testNetConnection = ({ address, port }: ManualTarget): ManualCommand => ({
  tool: 'Test-NetConnection',
  shell: 'powershell',
  command: `Test-NetConnection -ComputerName ${address} -Port ${port}`,
  shows: 'TcpTestSucceeded, which proves the handshake alone',
});
