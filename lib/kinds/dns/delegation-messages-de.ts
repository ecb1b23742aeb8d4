import type { Translation } from '../contract/sentences.ts';
import type { delegationCatalogue } from './delegation-messages.ts';

export const delegationGerman: Translation<typeof delegationCatalogue> = {
  allDead: 'Kein Nameserver von {zone} antwortet: {servers}. {above} hat in derselben Minute geantwortet.',
  allLame: '{parent} delegiert {zone} an Nameserver, von denen keiner die Zone bedient: {servers}.',
  allLoseEdns:
    'Jeder Nameserver von {zone} schweigt, wenn er mit EDNS gefragt wird, wie heutige Resolver fragen, und antwortet ohne: {servers}.',
  answersDiffer: 'Die Nameserver von {zone} geben verschiedene Antworten für {name}: {answers}.',
  apexAlias: '{zone} ist selbst ein Alias (CNAME auf {target}) neben ihren SOA- und NS-Einträgen.',
  denied:
    'Diese Nameserver von {zone} antworten mit NXDOMAIN auf {type} von {name}, das {other} {addresses} hat: {servers}.',
  denies: 'Für {name} haben manche Nameserver von {zone} eine Adresse und andere keine: {answers}.',
  glueStale:
    'Die Server der Zone darüber ({parent}) geben {glue} als Adresse von {server} an; die Zone selbst sagt {own}. Der Glue beim Registrar muss {own} werden.',
  losesEdns:
    'Diese Nameserver von {zone} schweigen, wenn sie mit EDNS gefragt werden, wie heutige Resolver fragen, und antworten ohne: {servers}.',
  losesLong:
    'Antworten über 512 Byte gehen auf dem Weg von diesen Nameservern von {zone} verloren: {servers}. Über TCP kamen sie an.',
  notDelegated:
    '{name} existiert nicht: {server}, ein Server von {zone}, kennt keine Delegierung davon (NXDOMAIN).',
  nsApart:
    '{parent} delegiert {zone} an {atParent}, und die Zone selbst nennt keinen davon, sondern {atZone}.',
  nsDiffer: '{parent} delegiert {zone} an {atParent}; die Zone selbst nennt {atZone}.',
  serialsDiffer: 'Die Nameserver von {zone} haben verschiedene Stände der Zone: {serials}.',
  someDead: 'Nicht alle Nameserver von {zone} antworten. Ohne Antwort: {servers}. Mit Antwort: {others}.',
  someLame:
    'Nicht alle Nameserver von {zone} bedienen die Zone. Nicht bedient von: {servers}. Bedient von: {others}.',
  tcpMissing: 'Über TCP antworten diese Nameserver von {zone} nicht: {servers}; über UDP antworten sie.',
  wildcard: '{zone} hat für jeden Namen eine Adresse: einer, den niemand angelegt hat, führt zu {addresses}.',
};
