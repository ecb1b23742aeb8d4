/**
 * How to see the same by hand: command lines with the very address and name, for a network team that trusts its own
 * tools. A report may come from anywhere, so nothing of it reaches a command unless it has the form of an address, a
 * host name, a port or a path; what then still means something to a shell is quoted.
 */
import { isIP } from 'node:net';
import type { EndpointReport, ReportObservation } from '../model/report.ts';
import { type Evidence, readEvidence } from './evidence.ts';

export interface RepeatCommand {
  readonly tool: string;
  /** `sh`: bash, zsh and other POSIX shells. `powershell`: Windows. */
  readonly shell: 'sh' | 'powershell';
  readonly command: string;
  /** What to look for, in a few words. */
  readonly shows: string;
}

type Target = Pick<EndpointReport, 'kind' | 'host' | 'port' | 'path'>;

/** Letters, digits, hyphen, underscore and dots, as resolvers take them; never an option (no leading hyphen). */
const HOST = /^(?!-)[a-z0-9_]([a-z0-9_.-]{0,252})$/i;
const RECIPIENT = /^[a-z0-9_][a-z0-9_.+=-]{0,63}@[a-z0-9][a-z0-9.-]{0,252}$/i;
/** Printable ASCII without space, backslash and backquote. */
const PATH = /^\/[!-[\]^_a-~]{0,1000}$/;

const isHost = (text: string): boolean => isIP(text) !== 0 || HOST.test(text);
const isPort = (port: number): boolean => Number.isInteger(port) && port >= 1 && port <= 65_535;

/** A word of a POSIX shell: as it is when nothing in it means anything, else in single quotes. */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9@%+=:,./_-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

const bracketed = (address: string): string => (address.includes(':') ? `[${address}]` : address);

/** Seconds that each tool waits: more than a probe's timeout, so that slow isn't taken for dead. */
const WAIT = 30;

/** The commands for one observation: of its address, or for a name without one of its look-up. */
export function repeatCommands(target: Target, observation: ReportObservation): RepeatCommand[] {
  const { host, port } = target;
  const evidence = readEvidence(observation.evidence);
  if (!isHost(host) || !isPort(port)) return [];
  if (target.kind === 'dns' || observation.address === '') return dnsCommands(host, evidence);
  const { address } = observation;
  // Zone ids (fe80::1%eth0) mean something on one machine only.
  if (isIP(address) === 0 || address.includes('%')) return [];
  switch (target.kind) {
    case 'http':
    case 'https':
      return [
        curl(target, address),
        ...(target.kind === 'https' ? [openssl(host, address, port)] : []),
        testNetConnection(address, port),
      ];
    case 'tls':
      return [openssl(host, address, port), testNetConnection(address, port)];
    case 'smtp':
      return [
        netcat(address, port, 'the greeting (220), within 30 seconds'),
        swaks(address, port, evidence),
        openssl(host, address, port, 'smtp'),
        testNetConnection(address, port),
      ];
    case 'smtps':
      return [
        openssl(host, address, port),
        swaks(address, port, evidence, true),
        testNetConnection(address, port),
      ];
    case 'ssh':
      return [
        netcat(address, port, 'the identification, a line that begins with SSH-2.0'),
        {
          tool: 'ssh-keyscan',
          shell: 'sh',
          command: `ssh-keyscan -T ${WAIT} -p ${port} ${address}`,
          shows: 'the host keys',
        },
        testNetConnection(address, port),
      ];
    case 'tcp':
      return [
        netcat(
          address,
          port,
          '“succeeded” or “Connected”, and the first bytes of a service that speaks first',
        ),
        testNetConnection(address, port),
      ];
    case 'ntp':
      return ntpCommands(address, port);
    default:
      return target.kind satisfies never;
  }
}

function curl({ kind, host, port, path = '/' }: Target, address: string): RepeatCommand {
  const url = `${kind}://${bracketed(host)}:${port}${PATH.test(path) ? path : '/'}`;
  const pin = isIP(host) === 0 ? `--resolve ${shellWord(`${host}:${port}:${bracketed(address)}`)} ` : '';
  return {
    tool: 'curl',
    shell: 'sh',
    // -g: brackets and braces in a path are no pattern.
    command: `curl -gsv -o /dev/null --max-time ${WAIT} ${pin}${shellWord(url)}`,
    shows: 'the certificate, the status line and the headers',
  };
}

function openssl(host: string, address: string, port: number, starttls?: 'smtp'): RepeatCommand {
  // RFC 6066 §3: an address is no server name.
  const name =
    isIP(host) === 0
      ? `-servername ${shellWord(host)} -verify_hostname ${shellWord(host)}`
      : `-noservername -verify_ip ${shellWord(host)}`;
  const start = starttls === undefined ? '' : ` -starttls ${starttls}`;
  return {
    tool: 'openssl',
    shell: 'sh',
    command: `openssl s_client -connect ${shellWord(`${bracketed(address)}:${port}`)}${start} ${name} -showcerts </dev/null`,
    shows: 'the certificates as sent, and the verify return code',
  };
}

function netcat(address: string, port: number, shows: string): RepeatCommand {
  return { tool: 'nc', shell: 'sh', command: `nc -v -w ${WAIT} ${address} ${port} </dev/null`, shows };
}

function swaks(address: string, port: number, evidence: Evidence, tls = false): RepeatCommand {
  const recipient = evidence.smtp?.recipient?.address;
  const asked = recipient !== undefined && RECIPIENT.test(recipient);
  const options = [
    `--server ${shellWord(bracketed(address))} --port ${port}`,
    ...(tls ? ['--tls-on-connect'] : []),
    // It ends before DATA, as the probe does: nothing is sent.
    ...(asked ? [`--from '<>' --to ${shellWord(recipient)} --quit-after RCPT`] : ['--quit-after EHLO']),
  ];
  return {
    tool: 'swaks',
    shell: 'sh',
    command: `swaks ${options.join(' ')}`,
    shows: asked
      ? 'the reply to RCPT TO; no mail is sent'
      : 'the greeting and the extensions; no mail is sent',
  };
}

function testNetConnection(address: string, port: number): RepeatCommand {
  return {
    tool: 'Test-NetConnection',
    shell: 'powershell',
    command: `Test-NetConnection -ComputerName ${address} -Port ${port}`,
    shows: 'TcpTestSucceeded, which proves the handshake alone',
  };
}

function ntpCommands(address: string, port: number): RepeatCommand[] {
  // Neither tool takes another port.
  if (port !== 123) return [];
  return [
    {
      tool: 'ntpdate',
      shell: 'sh',
      command: `ntpdate -q ${address}`,
      shows: 'stratum and offset',
    },
    {
      tool: 'w32tm',
      shell: 'powershell',
      command: `w32tm /stripchart /computer:${address} /samples:3 /dataonly`,
      shows: 'the offset of three samples',
    },
  ];
}

/** `192.0.2.53`, `192.0.2.53:5353`, `[2001:db8::53]:53` taken apart; undefined when it is none of them. */
function parseServer(text: string): { address: string; port?: number } | undefined {
  if (isIP(text) !== 0) return { address: text };
  const match = /^(?:\[([0-9a-f:.]+)\]|([0-9.]+)):(\d{1,5})$/i.exec(text);
  const address = match?.[1] ?? match?.[2] ?? '';
  const port = Number(match?.[3]);
  return isIP(address) !== 0 && isPort(port) ? { address, port } : undefined;
}

function dnsCommands(host: string, { dns }: Evidence): RepeatCommand[] {
  if (isIP(host) !== 0) return [];
  const first = dns?.servers[0];
  const server = first === undefined ? undefined : parseServer(first);
  const at = server === undefined ? '' : `@${server.address} `;
  const port = server?.port === undefined || server.port === 53 ? '' : `-p ${server.port} `;
  const dig: RepeatCommand = {
    tool: 'dig',
    shell: 'sh',
    command: `dig ${at}${port}+tries=1 ${shellWord(host)} A ${shellWord(host)} AAAA`,
    shows: 'the status (NOERROR, NXDOMAIN, SERVFAIL) and the records',
  };
  if (port !== '') return [dig];
  const of = server === undefined ? '' : ` -Server ${server.address}`;
  return [
    dig,
    {
      tool: 'Resolve-DnsName',
      shell: 'powershell',
      command: `Resolve-DnsName -Name ${host} -Type A_AAAA${of}`,
      shows: 'the addresses, or the error',
    },
  ];
}
