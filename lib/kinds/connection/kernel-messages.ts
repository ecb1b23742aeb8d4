import { catalogue, sentences } from '../contract/sentences.ts';

/** What the kernel's evidence adds to what sockets tell. */
export const kernelCatalogue = catalogue('kernel', {
  rejected:
    '{from}, which is not the host itself, answered that {peer} is refused (ICMP: {icmp}): a firewall or router on the way rejects.',
  unreachableFrom:
    '{from}, a router or firewall on the path, answered that {peer} cannot be reached (ICMP: {icmp}).',
  ownFilter:
    'This vantage itself answered that {peer} is refused (ICMP: {icmp}, sent from its own {from}): its own packet filter rejects, and no packet left it.',
  ownGateway:
    'This vantage itself answered that {peer} cannot be reached (ICMP: {icmp}, sent from its own {from}): its gateway does not answer, and no packet left its network.',
  hostRejects:
    '{peer} answers from its own address that connections are not allowed (ICMP: {icmp}): a firewall there, or behind its NAT, rejects.',
  resets: '{peer} refuses connections (RST, after {ms} ms): no service listens there, or a firewall rejects.',
  hostRefuses:
    '{peer} refuses connections (ICMP port unreachable, sent from its own address after {ms} ms): no service listens there, or a firewall at that address or behind its NAT rejects.',
  natRejects:
    '{peer} answers from its own address that connections are not allowed (ICMP: {icmp}). That address passes packets on (hop {hop}), as by address translation: the firewall there rejects, or the host behind it.',
  natRefuses:
    '{peer} refuses connections (ICMP port unreachable, sent from its own address after {ms} ms). That address passes packets on (hop {hop}), as by address translation: the firewall there rejects, or the host behind it.',
  dataDropped:
    '{peer} accepts connections, but of the {bytes} bytes that were sent, {times} times over, none was acknowledged in {ms} ms: data is dropped on the way.',
  hangs:
    '{peer} acknowledged the request ({bytes} bytes) and sent no byte in {ms} ms: it arrived, and the service hangs.',
  cutOff:
    '{peer} acknowledged the request ({bytes} bytes), sent no byte in {ms} ms, and acknowledges nothing any more: the connection is cut on the way.',
  pathMtu:
    '{peer} stalls with segments of up to {large} bytes and works with {small}: larger packets are lost on the way, and no ICMP error says so.',
  lastDevice: '{filtered} The last device that answers on the way there is {device} (hop {hop}).',
  lastDevicePasses:
    '{filtered} The last device that answers on the way there is {device} (hop {hop}), which passes packets to port {beside}.',
  passedOnBehind:
    '{filtered} Packets get to {device} itself (hop {hop}) and are passed on there, as by address translation; nothing behind it answers.',
  atLeast: '{filtered} Packets get at least as far as {device} (hop {hop}).',
  atLeastBeside:
    '{filtered} Packets get at least as far as {device} (hop {hop}); those to port {beside} get further.',
});

export const kernelSentence = sentences(kernelCatalogue);
