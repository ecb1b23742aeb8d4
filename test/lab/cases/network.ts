/** Faults between the internet and the host: packet filters, middleboxes, NAT, paths, lost packets. */
import type { LabCase } from '../case.ts';
import { site } from '../case.ts';
import { drop, dropAddress, dropAnswers, reject, resetAddress } from '../faults/filter.ts';
import { hostDrop, hostReject } from '../faults/host-firewall.ts';
import { delay, loss } from '../faults/loss.ts';
import {
  dropAfter,
  dropData,
  dropLarge,
  dropLargeHello,
  dropSecondOfHello,
  resetOnData,
  synProxy,
} from '../faults/middlebox.ts';
import { deadPath, lossOnTheWay } from '../faults/on-the-way.ts';
import { dnatToNobody, dnatToPort, smallMtu } from '../faults/routing.ts';
import {
  closer,
  flapping,
  greeter,
  hung,
  mailGreeter,
  resetter,
  secureWebsite,
  website,
} from '../faults/scripted-peers.ts';
import { SILENCE } from './under-loss.ts';

const BANNER = '220 ready\r\n';
const banner = (port = 2121) => greeter(port, BANNER);
const tcp = { kind: 'tcp', port: 2121 } as const;
const healthy = (made: string) => site({ made });

const REFUSED_ALIKE =
  'A firewall’s RST carries the address of the host, as the host’s own does: tcp.refused names both explanations.';
const SILENT_ALIKE =
  'A handshake and then nothing: a SYN proxy before a dead server, a filter that swallows data and a hung service send the same packets. tcp.accepts-then-silent names all of them.';
const DROPPED_ALIKE =
  'Silence is silence: whether the way there, the way back or the host swallows the packets can’t be seen from outside. tcp.filtered names the firewall, whose log says it.';

const HUNG_ALIKE =
  'A connection and no byte of the server: it hangs, or its bytes are lost. Both causes are given, that of the protocol first.';

const pass = { verdict: 'pass', state: 'open' } as const;
const filtered = { verdict: 'fail', state: 'filtered', cause: 'tcp.filtered', side: 'network' } as const;
const refused = { verdict: 'fail', state: 'closed', cause: 'tcp.refused', side: 'host' } as const;
const unreachable = { verdict: 'fail', state: 'closed', cause: 'tcp.unreachable', side: 'network' } as const;
const silent = {
  verdict: 'fail',
  state: 'broken',
  cause: 'tcp.accepts-then-silent',
  side: 'network',
} as const;
const rejected = {
  verdict: 'fail',
  state: 'closed',
  cause: 'tcp.rejected-by-network',
  side: 'network',
  says: /^(10\.77\.60\.2|fd77:0:0:60::2), which is not the host itself,/,
} as const;
const HANDSHAKE = ['tls.handshake-timeout', 'tcp.accepts-then-silent'] as const;
const dataDropped = { verdict: 'fail', state: 'broken', cause: 'tcp.data-dropped', side: 'network' } as const;
const hangs = { verdict: 'fail', state: 'broken', cause: 'tcp.service-hangs', side: 'service' } as const;
const pathMtu = {
  verdict: 'fail',
  state: 'broken',
  cause: 'tcp.path-mtu',
  side: 'network',
  alsoFound: HANDSHAKE,
} as const;
const helloDropped = {
  verdict: 'fail',
  state: 'broken',
  cause: 'tls.large-hello-dropped',
  side: 'network',
  alsoFound: HANDSHAKE,
  says: /answers a ClientHello of 2\d\d bytes and never one of 1\d\d\d, which needs two segments, in small ones neither/,
} as const;
const resets = {
  verdict: 'fail',
  state: 'broken',
  cause: 'tcp.accepts-then-resets',
  side: 'network',
} as const;

/** Silence in the place of an answer that was lost three times. */
const orSilent = { orElse: ['tcp.filtered'] } as const;
/** On the way behind it the firewall is the last device that answers. */
const behindFirewall = { lastDevice: '10.77.60.2 (hop 2)' } as const;
/** The network loses data: which, and how much, loss can hide. */
const orDataLost = { orElse: [...SILENCE, 'tcp.data-dropped'] } as const;
const orAnyDataLost = {
  orElse: [...orDataLost.orElse, 'tls.large-hello-dropped'],
  // Small segments do bring it through.
  neverSays: /in small ones neither/,
} as const;
/** Whatever is said of a healthy service, it is no more than that nothing came. */
const onlySilence = { orElse: SILENCE, verdicts: ['pass', 'warn', 'fail'] } as const;

export const networkCases: readonly LabCase[] = [
  {
    id: 'tcp-healthy',
    title: 'A service that greets',
    site: site(healthy('nothing'), banner()),
    addresses: { v4: 1, v6: 1 },
    endpoint: tcp,
    expected: pass,
    underLoss: onlySilence,
  },
  {
    id: 'site-healthy',
    title: 'A website over TLS, both families',
    site: site(healthy('nothing'), secureWebsite()),
    addresses: { v4: 1, v6: 1 },
    endpoint: { kind: 'https' },
    expected: pass,
    underLoss: onlySilence,
  },
  {
    id: 'drop',
    title: 'The firewall swallows packets',
    site: site(drop(), banner()),
    endpoint: tcp,
    expected: {
      ...filtered,
      says: /The last device that answers on the way there is 10\.77\.60\.2 \(hop 2\)\..*our control control\.lab\.test:2121 answered/,
    },
    indistinguishableFrom: ['drop-answers', 'blackhole'],
    reason: DROPPED_ALIKE,
    underLoss: behindFirewall,
  },
  {
    id: 'drop-answers',
    title: 'The firewall swallows the host’s answers',
    site: site(dropAnswers(), banner()),
    endpoint: tcp,
    expected: filtered,
    indistinguishableFrom: ['drop', 'blackhole'],
    reason: DROPPED_ALIKE,
    underLoss: behindFirewall,
  },
  {
    id: 'blackhole',
    title: 'Mail port swallowed, the web port next to it works',
    site: site(drop({ port: 25 }), mailGreeter(), website()),
    endpoint: { kind: 'smtp' },
    expected: filtered,
    indistinguishableFrom: ['drop', 'drop-answers'],
    reason: DROPPED_ALIKE,
    underLoss: behindFirewall,
  },
  {
    id: 'drop-other-port',
    title: 'The web port works while the mail port is swallowed',
    site: site(drop({ port: 25 }), mailGreeter(), website()),
    endpoint: { kind: 'http' },
    expected: pass,
  },
  {
    id: 'reject-reset',
    title: 'The firewall rejects with RST',
    site: site(reject('tcp reset'), banner()),
    endpoint: tcp,
    expected: refused,
    indistinguishableFrom: ['nothing-listens'],
    reason: REFUSED_ALIKE,
    underLoss: orSilent,
  },
  {
    id: 'reject-port-unreachable',
    title: 'The firewall rejects with port-unreachable (iptables’ default)',
    site: site(reject('icmp port-unreachable'), banner()),
    endpoint: tcp,
    expected: rejected,
    underLoss: orSilent,
  },
  {
    id: 'nothing-listens',
    title: 'The host is up and nothing listens',
    site: site({ made: 'no listener' }),
    addresses: { v4: 1, v6: 1 },
    endpoint: tcp,
    expected: refused,
    indistinguishableFrom: ['reject-reset'],
    reason: REFUSED_ALIKE,
    underLoss: orSilent,
  },
  {
    id: 'reject-admin',
    title: 'The firewall rejects with admin-prohibited',
    site: site(reject('icmp admin-prohibited'), banner()),
    endpoint: tcp,
    expected: rejected,
    underLoss: orSilent,
  },
  {
    id: 'reject-host-unreachable',
    title: 'A router says host-unreachable',
    site: site(reject('icmp host-unreachable'), banner()),
    endpoint: tcp,
    expected: unreachable,
    underLoss: orSilent,
  },
  {
    id: 'reject-net-unreachable',
    title: 'A router says net-unreachable',
    site: site(reject('icmp net-unreachable'), banner()),
    endpoint: tcp,
    expected: unreachable,
    underLoss: orSilent,
  },
  {
    id: 'reject-host-prohibited',
    title: 'The firewall rejects with host-prohibited (firewalld)',
    site: site(reject('icmp host-prohibited'), banner()),
    endpoint: tcp,
    expected: rejected,
    underLoss: orSilent,
  },
  {
    id: 'reject-net-prohibited',
    title: 'The firewall rejects with net-prohibited',
    site: site(reject('icmp net-prohibited'), website()),
    endpoint: { kind: 'http' },
    expected: rejected,
    underLoss: orSilent,
  },
  {
    id: 'reject-admin-6',
    title: 'IPv6: admin-prohibited',
    site: site(reject('icmpv6 admin-prohibited'), banner()),
    addresses: { v4: 0, v6: 1 },
    endpoint: tcp,
    expected: rejected,
    underLoss: orSilent,
  },
  {
    id: 'reject-address-6',
    title: 'IPv6: address-unreachable',
    site: site(reject('icmpv6 addr-unreachable'), banner()),
    addresses: { v4: 0, v6: 1 },
    endpoint: tcp,
    expected: unreachable,
    underLoss: orSilent,
  },
  {
    id: 'reject-route-6',
    title: 'IPv6: a router has no route',
    site: site(reject('icmpv6 no-route'), banner()),
    addresses: { v4: 0, v6: 1 },
    endpoint: tcp,
    expected: unreachable,
    underLoss: orSilent,
  },
  {
    id: 'reject-port-6',
    title: 'IPv6: port-unreachable',
    site: site(reject('icmpv6 port-unreachable'), banner()),
    addresses: { v4: 0, v6: 1 },
    endpoint: tcp,
    expected: rejected,
    underLoss: orSilent,
  },
  {
    id: 'host-rejects-port',
    title: 'The host’s own firewall rejects with port-unreachable',
    site: site(hostReject('icmp port-unreachable'), banner()),
    endpoint: tcp,
    expected: { ...refused, says: /ICMP port unreachable, sent from its own address/ },
    underLoss: orSilent,
  },
  {
    id: 'host-rejects-admin',
    title: 'The host’s own firewall rejects with admin-prohibited',
    site: site(hostReject('icmp admin-prohibited'), banner()),
    endpoint: tcp,
    expected: { ...unreachable, side: 'host', says: /from its own address/ },
    underLoss: orSilent,
  },
  {
    id: 'host-rejects-admin-6',
    title: 'IPv6: the host’s own firewall rejects with admin-prohibited',
    site: site(hostReject('icmpv6 admin-prohibited'), banner()),
    addresses: { v4: 0, v6: 1 },
    endpoint: tcp,
    expected: { ...unreachable, side: 'host', says: /from its own address/ },
    underLoss: orSilent,
  },
  {
    id: 'host-drops',
    title: 'The host’s own firewall swallows packets',
    site: site(hostDrop(), banner()),
    endpoint: tcp,
    // The router before the host is the last that answers, as for a firewall that swallows them.
    expected: {
      ...filtered,
      says: /The last device that answers on the way there is 10\.77\.60\.2 \(hop 2\)/,
    },
    indistinguishableFrom: ['drop', 'drop-answers', 'blackhole'],
    reason: DROPPED_ALIKE,
    underLoss: behindFirewall,
  },
  {
    id: 'drop-6',
    title: 'IPv6 swallowed, IPv4 lives',
    site: site(drop({ families: [6] }), website()),
    addresses: { v4: 1, v6: 1 },
    endpoint: { kind: 'http' },
    expected: {
      verdict: 'fail',
      state: ['filtered', 'open'],
      cause: 'tcp.some-addresses-dead',
      side: 'network',
      alsoFound: ['tcp.filtered'],
      says: /IPv6 of drop-6\.lab\.test is dead while IPv4 works/,
    },
    underLoss: { lastDevice: 'fd77:0:0:60::2 (hop 2)', orElse: SILENCE },
  },
  {
    id: 'reject-6',
    title: 'IPv6 rejected, IPv4 lives',
    site: site(reject('icmpv6 admin-prohibited'), mailGreeter()),
    addresses: { v4: 1, v6: 1 },
    endpoint: { kind: 'smtp' },
    expected: {
      verdict: 'fail',
      state: ['closed', 'open'],
      cause: 'tcp.some-addresses-dead',
      side: 'network',
      alsoFound: ['tcp.rejected-by-network', 'smtp.starttls-missing'],
    },
    // At the address that works a greeting may be lost, or come late.
    underLoss: {
      orElse: [...SILENCE, 'smtp.no-banner', 'smtp.reply-pending', 'smtp.temporarily-unavailable'],
    },
  },
  {
    id: 'one-of-three-silent',
    title: 'One address of three swallows packets',
    site: site(
      dropAddress(({ v4 }) => v4[1]),
      banner(),
    ),
    addresses: { v4: 3 },
    endpoint: tcp,
    expected: {
      verdict: 'fail',
      state: ['filtered', 'open'],
      cause: 'tcp.some-addresses-dead',
      side: 'network',
      alsoFound: ['tcp.filtered'],
      says: /1 of 3 addresses/,
    },
  },
  {
    id: 'one-of-three-refused',
    title: 'One address of three refuses',
    site: site(
      resetAddress(({ v4 }) => v4[2]),
      website(),
    ),
    addresses: { v4: 3 },
    endpoint: { kind: 'http' },
    expected: {
      verdict: 'fail',
      state: ['closed', 'open'],
      cause: 'tcp.some-addresses-dead',
      side: 'host',
      alsoFound: ['tcp.refused'],
      says: /1 of 3 addresses/,
    },
  },
  {
    id: 'all-of-three-silent',
    title: 'All three addresses swallow packets',
    site: site(drop(), banner()),
    addresses: { v4: 3 },
    endpoint: tcp,
    expected: filtered,
    underLoss: behindFirewall,
  },
  {
    id: 'syn-proxy-dead',
    title: 'A SYN proxy answers for a dead server',
    site: site(synProxy('drop'), banner()),
    endpoint: tcp,
    expected: silent,
    indistinguishableFrom: ['data-dropped', 'hung-service'],
    reason: SILENT_ALIKE,
    underLoss: { orElse: ['tcp.filtered'] },
  },
  {
    id: 'syn-proxy-refused',
    title: 'A SYN proxy before a host that refuses',
    site: site(synProxy('server')),
    endpoint: tcp,
    expected: resets,
    indistinguishableFrom: ['accept-reset'],
    reason:
      'A RST after the handshake: from the host through the proxy, or from a balancer without a backend.',
  },
  {
    id: 'syn-proxy-alive',
    title: 'A SYN proxy before a live server',
    site: site(synProxy('server'), website()),
    endpoint: { kind: 'http' },
    expected: pass,
    underLoss: onlySilence,
  },
  {
    id: 'data-dropped',
    title: 'The handshake passes, data does not',
    site: site(dropData(), banner()),
    endpoint: tcp,
    expected: silent,
    indistinguishableFrom: ['syn-proxy-dead', 'hung-service'],
    reason: SILENT_ALIKE,
    underLoss: { orElse: ['tcp.filtered', 'tcp.data-dropped'] },
  },
  {
    id: 'data-dropped-http',
    title: 'The handshake passes, the request does not',
    site: site(dropData(), website()),
    endpoint: { kind: 'http' },
    expected: { ...dataDropped, alsoFound: ['http.no-response', 'tcp.accepts-then-silent'] },
    underLoss: orDataLost,
  },
  {
    id: 'data-dropped-https',
    title: 'The handshake passes, the ClientHello does not',
    site: site(dropData(), secureWebsite()),
    endpoint: { kind: 'https' },
    expected: { ...dataDropped, alsoFound: HANDSHAKE },
    underLoss: orDataLost,
  },
  {
    id: 'data-dropped-smtp',
    title: 'The handshake passes, the mail banner does not',
    site: site(dropData(), mailGreeter()),
    endpoint: { kind: 'smtp' },
    settings: { timeoutMs: 5_000 },
    expected: {
      verdict: 'fail',
      state: 'broken',
      cause: 'smtp.no-banner',
      side: 'service',
      alsoFound: ['tcp.accepts-then-silent'],
    },
    indistinguishableFrom: ['hung-smtp'],
    reason: HUNG_ALIKE,
    underLoss: { orElse: SILENCE },
  },
  {
    id: 'hung-service',
    title: 'The service accepts and never sends',
    site: hung(2121),
    endpoint: tcp,
    expected: silent,
    indistinguishableFrom: ['syn-proxy-dead', 'data-dropped'],
    reason: SILENT_ALIKE,
    underLoss: { orElse: ['tcp.filtered'] },
  },
  {
    id: 'hung-http',
    title: 'The web server accepts and never answers',
    site: hung(80),
    endpoint: { kind: 'http' },
    expected: { ...hangs, alsoFound: ['http.no-response', 'tcp.accepts-then-silent'] },
    underLoss: { orElse: SILENCE },
  },
  {
    id: 'hung-https',
    title: 'The TLS server accepts and never answers',
    site: hung(443),
    endpoint: { kind: 'https' },
    expected: { ...hangs, alsoFound: HANDSHAKE },
    underLoss: { orElse: SILENCE },
  },
  {
    id: 'hung-smtp',
    title: 'The mail server accepts and never greets',
    site: hung(25),
    endpoint: { kind: 'smtp' },
    settings: { timeoutMs: 5_000 },
    expected: {
      verdict: 'fail',
      state: 'broken',
      cause: 'smtp.no-banner',
      side: 'service',
      alsoFound: ['tcp.accepts-then-silent'],
    },
    indistinguishableFrom: ['data-dropped-smtp'],
    reason: HUNG_ALIKE,
    underLoss: { orElse: SILENCE },
  },
  {
    id: 'hung-ssh',
    title: 'The SSH server accepts and never sends',
    site: hung(22),
    endpoint: { kind: 'ssh' },
    expected: silent,
    indistinguishableFrom: ['syn-proxy-dead'],
    reason: SILENT_ALIKE,
    underLoss: { orElse: ['tcp.filtered'] },
  },
  {
    id: 'accept-reset',
    title: 'A balancer without a backend resets',
    site: resetter(2121),
    endpoint: tcp,
    expected: resets,
    indistinguishableFrom: ['syn-proxy-refused'],
    reason:
      'A RST after the handshake: from the host through the proxy, or from a balancer without a backend.',
  },
  {
    id: 'accept-close',
    title: 'The service accepts and closes without a word',
    site: closer(2121),
    endpoint: tcp,
    expected: resets,
  },
  {
    id: 'ips-reset',
    title: 'An IPS resets on the ClientHello',
    site: site(resetOnData(), secureWebsite()),
    endpoint: { kind: 'https' },
    expected: {
      verdict: 'fail',
      state: 'broken',
      cause: 'tls.handshake-reset',
      side: 'network',
      alsoFound: ['tcp.accepts-then-resets'],
    },
  },
  {
    id: 'flap',
    title: 'The first connection of each source is reset, the next works',
    site: flapping(2121, BANNER),
    endpoint: tcp,
    expected: {
      verdict: 'warn',
      state: 'open',
      cause: 'tcp.accepts-then-resets',
      side: 'network',
      says: /did not repeat/,
    },
    peers: [],
  },
  {
    id: 'dnat-nobody',
    title: 'The NAT rule points at a host that is down',
    site: site(dnatToNobody('icmp')),
    endpoint: tcp,
    settings: { timeoutMs: 8_000 },
    expected: unreachable,
    underLoss: orSilent,
  },
  {
    id: 'dnat-nobody-silent',
    title: 'The same, without ICMP errors',
    site: site(dnatToNobody('silent')),
    endpoint: tcp,
    expected: filtered,
    indistinguishableFrom: ['drop'],
    reason: DROPPED_ALIKE,
    underLoss: behindFirewall,
  },
  {
    id: 'dnat-wrong-port',
    title: 'The NAT rule points at the wrong port',
    site: site(dnatToPort(80, 8081), website()),
    endpoint: { kind: 'http' },
    expected: refused,
    indistinguishableFrom: ['nothing-listens'],
    reason: REFUSED_ALIKE,
    underLoss: orSilent,
  },
  {
    id: 'mtu-black-hole',
    title: 'Large TLS records are lost',
    site: site(dropLarge(600), secureWebsite()),
    endpoint: { kind: 'https' },
    expected: pathMtu,
    underLoss: { orElse: SILENCE },
  },
  {
    id: 'mtu-black-hole-1280',
    title: 'The same with a path MTU of 1280',
    site: site(dropLarge(1280), secureWebsite()),
    endpoint: { kind: 'https' },
    expected: pathMtu,
    underLoss: { orElse: SILENCE },
  },
  {
    id: 'mtu-black-hole-page',
    title: 'The handshake fits, the page does not',
    site: site(dropLarge(1280), website(80, 20_000)),
    endpoint: { kind: 'http' },
    expected: {
      ...pathMtu,
      alsoFound: ['http.no-response', 'tcp.accepts-then-silent'],
    },
    underLoss: { orElse: SILENCE },
  },
  {
    id: 'mtu-black-hole-up',
    title: 'Large packets of the client are lost, with a path MTU of 600',
    site: site(dropLarge(600, 'client'), secureWebsite()),
    endpoint: { kind: 'https' },
    expected: pathMtu,
    underLoss: orAnyDataLost,
  },
  {
    id: 'mtu-black-hole-up-1280',
    title: 'Large packets of the client are lost, with a path MTU of 1280',
    site: site(dropLarge(1280, 'client'), secureWebsite()),
    endpoint: { kind: 'https' },
    expected: pathMtu,
    underLoss: orAnyDataLost,
  },
  {
    id: 'mtu-black-hole-both-1400',
    title: 'Large packets of both sides are lost, with a path MTU of 1400',
    site: site(dropLarge(1400, 'both'), secureWebsite()),
    endpoint: { kind: 'https' },
    expected: pathMtu,
    underLoss: orAnyDataLost,
  },
  {
    id: 'small-mtu-icmp-filtered',
    title: 'A link of small MTU whose ICMP is filtered',
    site: site(smallMtu(600, 'filtered'), secureWebsite()),
    endpoint: { kind: 'https' },
    expected: pathMtu,
    underLoss: { orElse: SILENCE },
  },
  {
    id: 'small-mtu',
    title: 'A link of small MTU whose ICMP passes',
    site: site(smallMtu(600, 'icmp'), secureWebsite(443, 20_000)),
    endpoint: { kind: 'https' },
    // The host learns the path's MTU for a whole vantage, so this is the only one whose path is broken for others.
    vantages: ['v5'],
    expected: pass,
  },
  {
    id: 'cut-after-8-kb',
    title: 'A firewall swallows a connection after 8 KB',
    site: site(dropAfter(8_000), website(80, 60_000)),
    endpoint: { kind: 'http' },
    expected: {
      verdict: 'fail',
      state: 'open',
      cause: 'http.no-response',
      side: 'service',
      says: /path MTU black hole/,
    },
  },
  {
    id: 'cut-in-handshake',
    title: 'A firewall swallows a connection after 2,400 bytes',
    // A large hello and its acknowledgements pass, the server's certificate does not; behind a small hello it would.
    site: site(dropAfter(2_400), secureWebsite()),
    endpoint: { kind: 'https' },
    expected: { ...dataDropped, alsoFound: HANDSHAKE, says: /cut on the way/ },
    underLoss: { orElse: [...orDataLost.orElse, 'tls.large-hello-dropped'] },
  },
  {
    id: 'large-hello-size',
    title: 'A firewall swallows a ClientHello of the size that browsers send',
    site: site(dropLargeHello(1_400), secureWebsite()),
    endpoint: { kind: 'https' },
    expected: helloDropped,
    underLoss: orDataLost,
  },
  {
    id: 'large-hello-segments',
    title: 'A firewall swallows the second segment of a ClientHello',
    site: site(dropSecondOfHello(), secureWebsite()),
    endpoint: { kind: 'tls' },
    expected: helloDropped,
    underLoss: orDataLost,
  },
  {
    id: 'large-hello-reset',
    title: 'A firewall resets on a ClientHello of the size that browsers send',
    site: site(dropLargeHello(1_400, 'reject with tcp reset'), secureWebsite()),
    endpoint: { kind: 'https' },
    expected: {
      ...helloDropped,
      alsoFound: ['tls.handshake-reset', 'tcp.accepts-then-resets'],
      says: /answers a ClientHello of 2\d\d bytes and closes or resets the connection after one of 1\d\d\d/,
    },
    underLoss: { orElse: [...SILENCE, 'tls.handshake-reset', 'tcp.accepts-then-resets'] },
  },
  {
    id: 'large-hello-6',
    title: 'The same over IPv6',
    site: site(dropLargeHello(1_400), secureWebsite()),
    addresses: { v4: 0, v6: 1 },
    endpoint: { kind: 'https' },
    expected: helloDropped,
    underLoss: orDataLost,
  },
  {
    id: 'loss-10',
    title: 'One packet of ten is lost',
    site: site(loss(10), secureWebsite()),
    endpoint: { kind: 'https' },
    settings: { timeoutMs: 10_000 },
    expected: {
      verdict: ['pass', 'warn'],
      state: ['open', 'broken', 'filtered'],
      cause: [
        undefined,
        'tcp.filtered',
        'tls.handshake-timeout',
        'http.no-response',
        'tcp.accepts-then-silent',
      ],
      side: [undefined, 'network', 'service'],
      alsoFound: 'any',
    },
    peers: [],
  },
  {
    id: 'dead-path',
    title: 'One of two paths of equal cost is dead',
    site: site(deadPath(), banner()),
    endpoint: tcp,
    expected: {
      // The ports of each attempt choose the path.
      verdict: ['pass', 'warn', 'fail'],
      state: ['open', 'filtered'],
      cause: [undefined, 'tcp.filtered'],
      side: [undefined, 'network'],
      alsoFound: 'any',
      // The way is followed with the ports of the connection that failed: the firewall is behind the other path.
      says: /^(?!.*The last device that answers on the way there is (?!10\.77\.\d\.1 \(hop 1\)))/,
    },
    // The path is chance: what must never be said is not asked of it.
    once: true,
    peers: [],
    underLoss: { ...onlySilence, lastDevice: '10.77.1.1 (hop 1)' },
  },
  {
    id: 'drop-behind-loss',
    title: 'The firewall swallows packets, and one of ten is lost on the way to it',
    site: site(lossOnTheWay(10), drop(), banner()),
    endpoint: tcp,
    expected: {
      ...filtered,
      // Loss can be why nothing is said of the way, or less; never why another device is named as the last one.
      says: /^(?!.*The last device that answers on the way there is (?!10\.77\.60\.2 \(hop 2\)))/,
    },
    indistinguishableFrom: ['drop', 'drop-answers', 'blackhole'],
    reason: DROPPED_ALIKE,
    peers: [],
  },
  {
    id: 'loss-30',
    title: 'Three packets of ten are lost',
    site: site(loss(30), banner()),
    endpoint: tcp,
    vantages: ['v1'],
    settings: { timeoutMs: 15_000, confirm: 3 },
    expected: {
      verdict: ['pass', 'warn'],
      state: ['open', 'broken', 'filtered'],
      cause: [undefined, 'tcp.filtered', 'tcp.accepts-then-silent'],
      side: [undefined, 'network'],
      alsoFound: 'any',
    },
    peers: [],
  },
  {
    id: 'loss-10-dead',
    title: 'One packet of ten is lost, and the rest is swallowed',
    site: site(loss(10), drop(), banner()),
    endpoint: tcp,
    expected: filtered,
    peers: [],
  },
  {
    id: 'delay-400',
    title: 'Every packet takes 400 ms longer',
    site: site(delay(400), secureWebsite()),
    endpoint: { kind: 'https' },
    settings: { timeoutMs: 10_000 },
    expected: pass,
  },
];
