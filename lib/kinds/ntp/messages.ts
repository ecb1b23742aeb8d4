import { catalogue, sentences } from '../contract/sentences.ts';

export const ntpCatalogue = catalogue('ntp', {
  portUnreachable: '{peer} answers with ICMP port-unreachable: no time service listens there.',
  unsynchronised:
    '{peer} answers, but its own clock is not synchronised (stratum {stratum}, leap {leap}, reference {reference}): clients take no time from it.',
  clocksDiffer:
    '{peer} answers, but its clock and the one of this prober are {seconds} s apart. One of the two is wrong, and one server does not say which.',
  answers: '{peer} answers with stratum {stratum}, {offset} ms from this clock',
  notNtp: '{peer} sent a datagram that is no answer to the NTP request.',
  kissOfDeath: '{peer} is alive but sends a kiss-of-death ({code}) in place of the time.',
  kissWithoutCode: '{peer} is alive but sends a kiss-of-death (no code) in place of the time.',
});
export const ntpSentence = sentences(ntpCatalogue);
