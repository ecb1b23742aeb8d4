/**
 * What to do next, in German. The report has it as one English text (lib/engine/verdict/fix.ts): its parts are known by their
 * words, and one that is not known, as of another version, stays as it is.
 */
import type { EndpointReport } from '../../engine/report-schema.ts';
import { causeOf, causes } from '../../kinds/causes.ts';
import { germanCauses } from '../../kinds/causes-de.ts';
import { ASK_FIRST } from '../../kinds/listener/ask-first.ts';
import type { CauseCode } from '../../model/vocabulary.ts';

const ASK_FIRST_GERMAN: Readonly<Record<string, string>> = {
  'tcp.refused':
    'Fragen Sie zuerst, ob das Fenster des Horchers noch offen ist und diesen Port zeigt: Ein Horcher, der geendet hat, ist weg und sagt nichts über den Weg. Steht auf seinem Bildschirm WAITING, weist etwas anderes ab.',
  'tcp.filtered':
    'Fragen Sie zuerst, was der Bildschirm des Horchers zu diesem Port sagt: WAITING, und die Prüfung kommt nicht bis dorthin; ARRIVED, und die Antworten gehen auf dem Rückweg verloren; ein geschlossenes Fenster sagt nichts über den Weg.',
};

/** Whom it is for, at the text's begin: `addressee` and where. */
const ADDRESSEES: readonly (readonly [RegExp, string])[] = [
  [/^For the operator of the DNS zone of (\S+?)(?=[,:] | port )/, 'Für den Betreiber der DNS-Zone von $1'],
  [
    /^For the network team \(firewall, NAT, provider\) in front of (\S+?)(?=[,:] | port )/,
    'Für das Netzwerkteam (Firewall, NAT, Provider) vor $1',
  ],
  [/^For the operator of the host (\S+?)(?=[,:] | port )/, 'Für den Betreiber des Rechners $1'],
  [
    /^For the operator of the (\w+) service of (\S+?)(?=[,:] | port )/,
    'Für den Betreiber des Dienstes $1 von $2',
  ],
  [/^For the person who runs this check(?=[,:] | port )/, 'Für die Person, die diese Prüfung ausführt'],
];

const ONCE = 'The failure did not repeat, and a packet lost now and then needs no repair. If it comes back: ';
const ONCE_GERMAN =
  'Der Fehler wiederholte sich nicht, und ein hin und wieder verlorenes Paket braucht keine Reparatur. Kommt er wieder: ';
const FAR_END =
  /(\S+) is a far end that is not the customer's own\. Where it works from here but not from the customer's network, that network must let (tcp|udp) port (\d+) out to it\./;
const KNOWN_NETWORKS =
  'This service is meant for known networks. If its allow-list leaves this vantage out on purpose, check from a vantage that is on it (--from-allow-listed), or say --private-ui.';
const KNOWN_NETWORKS_GERMAN =
  'Dieser Dienst ist für bekannte Netze gedacht. Lässt seine Freigabeliste diesen Messpunkt mit Absicht aus, prüfen Sie von einem Messpunkt, der darauf steht (--from-allow-listed), oder sagen Sie --private-ui.';

type Fixed = Pick<EndpointReport, 'fix' | 'cause' | 'alsoFound' | 'port' | 'at'>;

export function germanFix({ fix, cause, alsoFound = [], port, at }: Fixed): string | undefined {
  if (fix === undefined) return undefined;
  let text = fix;
  const swap = (english: string, german: string): void => {
    text = text.split(english).join(german);
  };
  for (const code of [cause, ...alsoFound])
    if (code !== undefined && causeOf(code) !== undefined) {
      const known = code as CauseCode;
      const first = ASK_FIRST[known];
      if (first !== undefined) swap(first, ASK_FIRST_GERMAN[known] ?? first);
      for (const number of new Set([String(at?.port ?? port), String(port)])) {
        const filled = (words: string): string => words.replace(/\bPORT\b/g, number);
        swap(filled(causes[known].next), filled(germanCauses[known].next));
      }
    }
  swap(ONCE, ONCE_GERMAN);
  swap(KNOWN_NETWORKS, KNOWN_NETWORKS_GERMAN);
  text = text.replace(
    FAR_END,
    '$1 ist eine Gegenseite, die nicht dem Kunden gehört. Wo sie von hier funktioniert, aber nicht aus dem Netz des Kunden, muss dieses Netz $2-Port $3 dorthin hinauslassen.',
  );
  const addressed = ADDRESSEES.find(([pattern]) => pattern.test(text));
  return addressed === undefined ? text : withPlace(text.replace(addressed[0], addressed[1]));
}

/** `, 192.0.2.1 port 443/tcp: ` between the addressee and the advice. */
const withPlace = (text: string): string =>
  text.replace(/^(.{0,400}?) port (\d{1,5}\/(?:tcp|udp)): /, '$1 Port $2: ');
