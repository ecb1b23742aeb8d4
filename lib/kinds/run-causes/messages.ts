import { catalogue, sentences } from '../contract/sentences.ts';

/** What no single observation shows: about several vantages and addresses, and about the run itself. */
export const runCatalogue = catalogue('run', {
  openToTheInternet:
    '{host} port {port} is meant for known networks, and it answers {vantages}, which no allow-list was said to name.',
  closedWhereItCounts:
    'Something answered port {port} from a vantage whose network answers for everyone; the vantages that count saw it closed.',
  noAllowListedResult: 'None of the allow-listed vantages ({vantages}) gave a result for {endpoint}.',
  noResult: 'No vantage gave a result for {endpoint}.',
  noneOnTheInternet:
    'No vantage on the internet looked at {endpoint}: what {vantages} saw does not say what others reach.',
  answersForAll:
    'The network of {vantage} answers for everyone: {reserved} connected, which no host can have, so what was seen from there does not count.',
  mustBeClosed: 'Port {port} must not be reachable, but something answered there: {seen}',
  familyDead: 'IPv{family} of {host} is dead while IPv{other} works: {addresses}; {alive} answered.',
  addressDead: '{dead} of {all} addresses of {host} is dead: {addresses}; {alive} answered.',
  addressesDead: '{dead} of {all} addresses of {host} are dead: {addresses}; {alive} answered.',
  familiesDiffer:
    'IPv4 and IPv6 of {host} port {port} are answered by different servers: {address4} shows {marks4}; {address6} shows {marks6}.',
  addressesAndMore: '{addresses} and {more} more',
  notProven: '{endpoint} was not probed: nobody has proven that {host} is theirs.',
  listenerProvesNothing:
    '{endpoint} was not probed: nobody has proven that {host} is theirs, and no listener there did: {reason}.',
  listenerPortsAlone:
    '{endpoint} was not probed: a listener proves its own ports of {host} for this run, and nothing else of it.',
  addressNotProven: '{endpoint} was not probed at {address}: nobody has proven that this address is theirs.',
  noVantageForPort:
    '{endpoint} was not probed: AWS lets nothing out on port {port} but from a vantage for which it has lifted that, and this run has none.',
  fromOneNetwork:
    'Seen from one place: your network ({vantages}). How others reach it from the internet, this run does not show.',
  noIpv6Host: 'IPv6 was not judged, since no host has an IPv6 address: {vantages} had nothing to judge.',
  ipv6NotWanted: 'IPv6 was not judged, as the run was asked for IPv4 alone: {vantages} had nothing to judge.',
  ipv6Unknown:
    'It was not known beforehand whether {host} has an IPv6 address ({reason}): the vantages with IPv6 looked for themselves.',
  noIpv6ToJudge:
    '{endpoint} was not probed: {host} has no IPv6 address, and the vantages of this run have IPv6 alone.',
  /** Why an endpoint was left out before any packet, in the words of a plan that has no key for it. */
  unprobed: '{reason}',
  /** Why a vantage could not measure, in its own words. */
  notMeasured: '{reason}',
  notProbedInTime: "The run's time was up before {endpoint} was probed.",
  notProbedWhenStopped: 'The fleet was stopped before {endpoint} was probed from {vantage}.',
  vantageLost: '{vantage} gave no result for {endpoint}: {detail}.',
  proberFailed: 'The prober failed while probing {endpoint}: {detail}',
  notJudged: 'What was seen of {endpoint} could not be judged: {reason}',
  late: '{host} port {port} was not judged: this prober itself was stopped or starved of CPU for {ms} ms of an attempt of {budgetMs} ms, in {attempts} attempts one after the other, so that what seems to be missing may have come in time.',
  pinned: 'At the address that {host}:{port} was pinned to, not by its name: {seen}',
  stoppedMeanwhile: 'The fleet was stopped before {endpoint} had its answer.',
  stopUnreadable:
    '{endpoint} was not judged from {vantage}: its prober could not read whether the fleet is stopped ({reason}) and ended by itself.',
});

export const runSentence = sentences(runCatalogue);
