import type { Translation } from '../contract/sentences.ts';
import type { runCatalogue } from './messages.ts';

export const runGerman: Translation<typeof runCatalogue> = {
  openToTheInternet:
    '{host} Port {port} ist für bekannte Netze gedacht und antwortet {vantages}, wozu keine Freigabeliste genannt wurde.',
  closedWhereItCounts:
    'Etwas hat auf Port {port} einem Messpunkt geantwortet, dessen Netz für alle antwortet; die Messpunkte, die zählen, sahen ihn geschlossen.',
  noAllowListedResult:
    'Keiner der Messpunkte auf der Freigabeliste ({vantages}) gab ein Ergebnis für {endpoint}.',
  noResult: 'Kein Messpunkt gab ein Ergebnis für {endpoint}.',
  noneOnTheInternet:
    'Kein Messpunkt im Internet hat {endpoint} angesehen: Was {vantages} sah, sagt nicht, was andere erreichen.',
  answersForAll:
    'Das Netz von {vantage} antwortet für alle: {reserved} hat sich verbunden, was kein Host sein kann; was von dort gesehen wurde, zählt daher nicht.',
  mustBeClosed: 'Port {port} darf nicht erreichbar sein, aber dort hat etwas geantwortet: {seen}',
  familyDead:
    'IPv{family} von {host} ist tot, während IPv{other} funktioniert: {addresses}; {alive} hat geantwortet.',
  addressDead: '{dead} von {all} Adressen von {host} ist tot: {addresses}; {alive} hat geantwortet.',
  addressesDead: '{dead} von {all} Adressen von {host} sind tot: {addresses}; {alive} hat geantwortet.',
  familiesDiffer:
    'IPv4 und IPv6 von {host} Port {port} werden von verschiedenen Servern beantwortet: {address4} zeigt {marks4}; {address6} zeigt {marks6}.',
  addressesAndMore: '{addresses} und {more} weitere',
  notProven: '{endpoint} wurde nicht geprüft: Niemand hat nachgewiesen, dass {host} ihm gehört.',
  listenerProvesNothing:
    '{endpoint} wurde nicht geprüft: Niemand hat nachgewiesen, dass {host} ihm gehört, auch kein Horcher dort: {reason}.',
  listenerPortsAlone:
    '{endpoint} wurde nicht geprüft: Ein Horcher weist seine eigenen Ports von {host} für diesen Lauf nach und sonst nichts.',
  addressNotProven:
    '{endpoint} wurde an {address} nicht geprüft: Niemand hat nachgewiesen, dass diese Adresse ihm gehört.',
  noVantageForPort:
    '{endpoint} wurde nicht geprüft: AWS lässt auf Port {port} nur Messpunkte hinaus, für die es das freigegeben hat, und dieser Lauf hat keinen.',
  fromOneNetwork:
    'Von einer Stelle aus gesehen: Ihrem Netz ({vantages}). Wie andere es aus dem Internet erreichen, zeigt dieser Lauf nicht.',
  noIpv6Host:
    'IPv6 wurde nicht beurteilt, da kein Host eine IPv6-Adresse hat: {vantages} hatte nichts zu beurteilen.',
  ipv6NotWanted:
    'IPv6 wurde nicht beurteilt, da der Lauf nur für IPv4 verlangt war: {vantages} hatte nichts zu beurteilen.',
  ipv6Unknown:
    'Vorher war nicht bekannt, ob {host} eine IPv6-Adresse hat ({reason}): Die Messpunkte mit IPv6 sahen selbst nach.',
  noIpv6ToJudge:
    '{endpoint} wurde nicht geprüft: {host} hat keine IPv6-Adresse, und die Messpunkte dieses Laufs haben nur IPv6.',
  unprobed: '{reason}',
  notMeasured: '{reason}',
  notProbedInTime: 'Die Zeit des Laufs war um, bevor {endpoint} geprüft wurde.',
  notProbedWhenStopped: 'Die Flotte wurde angehalten, bevor {endpoint} von {vantage} aus geprüft wurde.',
  vantageLost: '{vantage} gab kein Ergebnis für {endpoint}: {detail}.',
  proberFailed: 'Der Prüfer scheiterte beim Prüfen von {endpoint}: {detail}',
  notJudged: 'Was von {endpoint} gesehen wurde, ließ sich nicht beurteilen: {reason}',
  late: '{host} Port {port} wurde nicht beurteilt: Dieser Prüfer selbst war {ms} ms eines Versuchs von {budgetMs} ms angehalten oder ohne CPU, in {attempts} Versuchen nacheinander; was zu fehlen scheint, kann also rechtzeitig gekommen sein.',
  pinned: 'An der Adresse, auf die {host}:{port} festgelegt war, nicht über den Namen: {seen}',
  stoppedMeanwhile: 'Die Flotte wurde angehalten, bevor {endpoint} seine Antwort hatte.',
  stopUnreadable:
    '{endpoint} wurde von {vantage} aus nicht beurteilt: Der Prüfer dort konnte nicht lesen, ob die Flotte angehalten ist ({reason}), und hörte von selbst auf.',
};
