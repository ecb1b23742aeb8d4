/** What must not be reachable from the internet. */
import type { LabCase } from '../case.ts';
import { site } from '../case.ts';
import { allowList, drop, reject } from '../faults/filter.ts';
import { dropData, synProxy } from '../faults/middlebox.ts';
import { greeter, hung, resetter, secureWebsite, serve, website } from '../faults/scripted-peers.ts';

const ALL = ['v1', 'v2', 'v3', 'v4', 'v5'] as const;
const ssh = () => greeter(22, 'SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n');
const exposed = {
  verdict: 'fail',
  state: 'open',
  cause: 'exposure.open-but-must-be-closed',
  side: 'network',
} as const;

const HANDSHAKE_ALIKE =
  'A handshake without a byte proves no service, and no calm either: a warning that carries the cause.';

/** MySQL’s first packet: length, sequence 0, protocol 10, version. */
const MYSQL = Buffer.concat([Buffer.from([0x4a, 0, 0, 0, 0x0a]), Buffer.from('8.0.36\0'), Buffer.alloc(66)]);

export const exposureCases: readonly LabCase[] = [
  {
    id: 'ssh-exposed',
    title: 'SSH answers, and must not',
    site: site({ made: 'a listener' }, ssh()),
    endpoint: { kind: 'ssh', expect: 'closed' },
    expected: { ...exposed, says: /OpenSSH_9\.2p1/ },
  },
  {
    id: 'mysql-exposed',
    title: 'MySQL answers, and must not',
    site: serve('a listener with MySQL’s greeting', 3306, (socket) => socket.write(MYSQL)),
    endpoint: { kind: 'tcp', port: 3306, expect: 'closed' },
    expected: exposed,
  },
  {
    id: 'redis-exposed',
    title: 'Redis answers commands, and must not',
    site: serve('a listener that answers PING', 6379, (socket) =>
      socket.on('data', () => socket.write('+PONG\r\n')),
    ),
    endpoint: { kind: 'tcp', port: 6379, expect: 'closed' },
    expected: exposed,
  },
  {
    id: 'postgres-exposed',
    title: 'PostgreSQL answers the SSLRequest, and must not',
    site: serve('a listener that answers SSLRequest', 5432, (socket) =>
      socket.on('data', () => socket.write('N')),
    ),
    endpoint: { kind: 'tcp', port: 5432, expect: 'closed' },
    expected: exposed,
  },
  {
    id: 'web-ui-exposed',
    title: 'A private web interface answers',
    site: site({ made: 'a website' }, secureWebsite()),
    endpoint: { kind: 'https', expect: 'closed' },
    expected: exposed,
  },
  {
    id: 'exposed-to-one',
    title: 'SSH answers one source of five, and must not',
    site: site(allowList(['v4']), ssh()),
    endpoint: { kind: 'ssh', expect: 'closed' },
    vantages: ALL,
    expected: {
      ...exposed,
      state: ['filtered', 'open'],
      says: /Open from v4, closed from v1, v2, v3, v5: one vantage that gets in is enough/,
    },
  },
  {
    id: 'exposed-over-6',
    title: 'SSH is swallowed over IPv4 and answers over IPv6',
    site: site(drop({ families: [4] }), ssh()),
    addresses: { v4: 1, v6: 1 },
    endpoint: { kind: 'ssh', expect: 'closed' },
    expected: { ...exposed, state: ['filtered', 'open'] },
  },
  {
    id: 'exposed-broken',
    title: 'A database port answers with something else, and must not',
    site: serve('a listener that speaks HTTP', 22, (socket) =>
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'),
    ),
    endpoint: { kind: 'ssh', expect: 'closed' },
    expected: { ...exposed, state: 'broken' },
  },
  {
    id: 'closed-refused',
    title: 'Must be closed, and refuses',
    site: site({ made: 'no listener' }),
    endpoint: { kind: 'tcp', port: 3389, expect: 'closed' },
    expected: { verdict: 'pass', state: 'closed' },
  },
  {
    id: 'closed-filtered',
    title: 'Must be closed, and is swallowed',
    site: site(drop(), ssh()),
    endpoint: { kind: 'ssh', expect: 'closed' },
    expected: { verdict: 'pass', state: 'filtered' },
  },
  {
    id: 'closed-rejected',
    title: 'Must be closed, and is rejected',
    site: site(reject('icmp admin-prohibited'), ssh()),
    endpoint: { kind: 'ssh', expect: 'closed' },
    expected: { verdict: 'pass', state: 'closed' },
  },
  {
    id: 'closed-syn-proxy',
    title: 'Must be closed; a SYN proxy answers the handshake',
    site: site(synProxy('drop'), ssh()),
    endpoint: { kind: 'ssh', expect: 'closed' },
    expected: { verdict: 'warn', state: 'broken', cause: 'tcp.accepts-then-silent', side: 'network' },
    indistinguishableFrom: ['closed-hung', 'closed-data-dropped'],
    reason: HANDSHAKE_ALIKE,
  },
  {
    id: 'closed-hung',
    title: 'Must be closed; a service accepts and is mute',
    site: hung(5985),
    endpoint: { kind: 'tcp', port: 5985, expect: 'closed' },
    expected: { verdict: 'warn', state: 'broken', cause: 'tcp.accepts-then-silent', side: 'network' },
    indistinguishableFrom: ['closed-syn-proxy', 'closed-data-dropped'],
    reason: HANDSHAKE_ALIKE,
  },
  {
    id: 'closed-data-dropped',
    title: 'Must be closed; the handshake passes and data does not',
    site: site(dropData(), ssh()),
    endpoint: { kind: 'ssh', expect: 'closed' },
    expected: { verdict: 'warn', state: 'broken', cause: 'tcp.accepts-then-silent', side: 'network' },
    indistinguishableFrom: ['closed-syn-proxy', 'closed-hung'],
    reason: HANDSHAKE_ALIKE,
  },
  {
    id: 'closed-resets',
    title: 'Must be closed; a service accepts and resets',
    site: resetter(11434),
    endpoint: { kind: 'tcp', port: 11434, expect: 'closed' },
    expected: { verdict: 'warn', state: 'broken', cause: 'tcp.accepts-then-resets', side: 'network' },
  },
  {
    id: 'closed-no-control',
    title: 'Must be closed, and is silent; no control proves the vantage',
    site: site(drop(), ssh()),
    endpoint: { kind: 'ssh', expect: 'closed' },
    settings: { controls: [] },
    expected: {
      verdict: 'inconclusive',
      state: 'inconclusive',
      cause: 'prober.no-control',
      side: 'prober',
    },
    reason: 'Without a control a silence proves nothing; with one the same silence passes.',
  },
  {
    id: 'closed-captive',
    title: 'Must be closed; the vantage’s network answers for everybody',
    site: site({ made: 'redirect of every connection at the vantage’s provider; no listener' }),
    endpoint: { kind: 'http', expect: 'closed' },
    vantages: ['captive'],
    expected: {
      verdict: 'inconclusive',
      state: 'open',
      cause: 'prober.network-answers-for-all',
      side: 'prober',
      alsoFound: ['exposure.open-but-must-be-closed'],
    },
  },
  {
    id: 'public-by-mistake',
    title: 'Meant for known networks, answers everybody',
    site: site({ made: 'a website' }, secureWebsite()),
    endpoint: { kind: 'https', warnIfPublic: true },
    expected: {
      verdict: 'warn',
      state: 'open',
      cause: 'exposure.open-to-the-internet',
      side: 'network',
    },
  },
  {
    id: 'recommended-dead',
    title: 'A merely recommended port is swallowed',
    site: site(drop(), website()),
    endpoint: { kind: 'http', level: 'recommended' },
    expected: { verdict: 'warn', state: 'filtered', cause: 'tcp.filtered', side: 'network' },
  },
];
