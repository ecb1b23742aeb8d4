import { catalogue, sentences } from '../contract/sentences.ts';

/** What the name servers of a zone say. `servers`: names, each with the address and what came from it. */
export const delegationCatalogue = catalogue('delegation', {
  allDead: 'No name server of {zone} answers: {servers}. {above} answered in the same minute.',
  someDead: 'Not all name servers of {zone} answer. Without an answer: {servers}. With one: {others}.',
  allLame: '{parent} delegates {zone} to name servers of which none serves it: {servers}.',
  someLame: 'Not all name servers of {zone} serve it. Not served by: {servers}. Served by: {others}.',
  glueStale:
    'The servers of the zone above ({parent}) give {glue} as the address of {server}; the zone itself says {own}. The glue at the registrar has to become {own}.',
  nsApart: '{parent} delegates {zone} to {atParent}, and the zone itself names none of these but {atZone}.',
  nsDiffer: '{parent} delegates {zone} to {atParent}; the zone itself names {atZone}.',
  serialsDiffer: 'The name servers of {zone} have it in different versions: {serials}.',
  denies: 'For {name} some name servers of {zone} have an address, and others have none: {answers}.',
  answersDiffer: 'The name servers of {zone} give different answers for {name}: {answers}.',
  tcpMissing: 'By TCP these name servers of {zone} do not answer: {servers}; by UDP they do.',
  allLoseEdns:
    'Every name server of {zone} is silent when asked with EDNS, as today’s resolvers ask, and answers without it: {servers}.',
  losesEdns:
    'These name servers of {zone} are silent when asked with EDNS, as today’s resolvers ask, and answer without it: {servers}.',
  losesLong:
    'Answers longer than 512 bytes get lost on the way from these name servers of {zone}: {servers}. By TCP they came.',
  denied:
    'These name servers of {zone} answer NXDOMAIN for the {type} of {name}, which has {other} {addresses}: {servers}.',
  apexAlias: '{zone} is itself an alias (CNAME of {target}) beside its SOA and NS records.',
  wildcard: '{zone} has an address for every name: one that nobody made leads to {addresses}.',
  notDelegated: '{name} does not exist: {server}, a server of {zone}, knows no delegation of it (NXDOMAIN).',
});

export const delegationSentence = sentences(delegationCatalogue);
