/** SSH, mostly as the port that must not be open, and balancers before a dead service. */
import { type LabCase, site } from '../case.ts';
import { haproxy } from '../servers/haproxy.ts';
import { nginx } from '../servers/nginx.ts';
import { greets, scripted } from '../servers/scripted.ts';
import { fullSshd, sshd } from '../servers/sshd.ts';

const ssh = { kind: 'ssh' } as const;
const mustBeClosed = { ...ssh, expect: 'closed' } as const;
const exposed = {
  verdict: 'fail',
  side: 'network',
  cause: 'exposure.open-but-must-be-closed',
} as const;

const CLOSED_ALIKE =
  'A balancer without a backend and a service that turns everybody away both accept and close without a byte.';

export const sshCases: readonly LabCase[] = [
  {
    id: 'ssh-openssh',
    title: 'OpenSSH, expected open, over IPv4 and IPv6',
    site: sshd(),
    addresses: { v4: 1, v6: 1 },
    endpoint: ssh,
    expected: { verdict: 'pass', state: 'open' },
  },
  {
    id: 'openssh-exposed',
    title: 'OpenSSH on a port that must be closed',
    site: sshd(),
    endpoint: mustBeClosed,
    expected: { ...exposed, state: 'open', says: /SSH-2\.0-OpenSSH/ },
  },
  {
    id: 'ssh-closed-as-wanted',
    title: 'Nothing listens on a port that must be closed',
    site: { made: 'no listener' },
    endpoint: mustBeClosed,
    expected: { verdict: 'pass', state: 'closed' },
  },
  {
    id: 'ssh-other-service-exposed',
    title: 'A mail greeting on an SSH port that must be closed',
    site: greets('SMTP greeting on port 22', 22, '220 mail.example.test ESMTP\r\n'),
    endpoint: mustBeClosed,
    settings: { timeoutMs: 2_000 },
    expected: { ...exposed, state: 'broken' },
  },
  {
    id: 'ssh-http',
    title: 'A web server on port 22 waits for a request',
    site: nginx('HTTP on port 22', undefined, { port: 22 }),
    endpoint: ssh,
    settings: { timeoutMs: 2_000 },
    expected: { verdict: 'fail', state: 'broken', side: 'network', cause: 'tcp.accepts-then-silent' },
    indistinguishableFrom: ['hung-ssh'],
    reason:
      'An SSH client must not speak first here, so a server that waits for the client and one that hangs are silent alike.',
  },
  {
    id: 'ssh-other-greeting',
    title: 'An FTP greeting where SSH is expected',
    site: greets('FTP greeting on port 22', 22, '220 (vsFTPd 3.0.3)\r\n'),
    endpoint: ssh,
    settings: { timeoutMs: 2_000 },
    expected: { verdict: 'fail', state: 'broken', side: 'service', cause: 'ssh.not-ssh', says: /vsFTPd/ },
  },
  {
    id: 'ssh-tarpit',
    title: 'A tarpit sends lines without end and never identifies itself',
    site: scripted('tarpit, a line each 50 ms', 22, (socket) => {
      socket.resume();
      const line = setInterval(() => socket.write(`${Math.random().toString(36).slice(2)}\r\n`), 50);
      socket.once('close', () => clearInterval(line));
    }),
    endpoint: ssh,
    settings: { timeoutMs: 3_000 },
    expected: { verdict: 'fail', state: 'broken', side: 'service', cause: 'ssh.not-ssh' },
  },
  {
    id: 'ssh-behind-balancer',
    title: 'OpenSSH behind a balancer in TCP mode',
    site: site(haproxy('TCP mode, healthy', { mode: 'tcp', port: 22, backendPort: 2222 }), sshd(2222)),
    endpoint: ssh,
    expected: { verdict: 'pass', state: 'open' },
  },
  {
    id: 'ssh-full',
    title: 'OpenSSH turns clients away (MaxStartups)',
    site: fullSshd(),
    endpoint: ssh,
    expected: {
      verdict: 'warn',
      state: 'open',
      side: 'service',
      cause: 'ssh.turns-away',
      says: /Exceeded MaxStartups/,
    },
  },
  {
    id: 'ssh-full-exposed',
    title: 'OpenSSH that turns clients away, on a port that must be closed',
    site: fullSshd(),
    endpoint: mustBeClosed,
    expected: { ...exposed, state: 'open', says: /turns this client away/ },
  },
  {
    id: 'ssh-proxy-header',
    title: 'A balancer sends a PROXY header to OpenSSH',
    site: site(
      haproxy('TCP mode, send-proxy', { mode: 'tcp', port: 22, backendPort: 2222, sendProxy: 'send-proxy' }),
      sshd(2222),
    ),
    endpoint: ssh,
    expected: {
      verdict: 'fail',
      state: 'open',
      side: 'host',
      cause: 'tcp.proxy-header-unexpected',
      says: /Invalid SSH identification string/,
    },
  },
  {
    id: 'ssh-backend-down',
    title: 'Balancer in TCP mode, its SSH server down',
    site: haproxy('TCP mode, backend down', { mode: 'tcp', port: 22, backendPort: 2222 }),
    endpoint: ssh,
    expected: { verdict: 'fail', state: 'broken', side: 'network', cause: 'tcp.accepts-then-resets' },
    indistinguishableFrom: ['accept-close'],
    reason: CLOSED_ALIKE,
  },
  {
    id: 'tcp-backend-down',
    title: 'Balancer in TCP mode, the service of an own protocol down',
    site: haproxy('TCP mode, backend down', { mode: 'tcp', port: 7000, backendPort: 7001 }),
    endpoint: { kind: 'tcp', port: 7000 },
    expected: { verdict: 'fail', state: 'broken', side: 'network', cause: 'tcp.accepts-then-resets' },
    indistinguishableFrom: ['accept-close'],
    reason: CLOSED_ALIKE,
  },
];
