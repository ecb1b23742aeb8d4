import type { Translation } from '../contract/sentences.ts';
import type { caaCatalogue } from './caa-messages.ts';

export const caaGerman: Translation<typeof caaCatalogue> = {
  critical:
    'Die CAA-Einträge von {at} enthalten die kritische Eigenschaft {tag}, die Zertifizierungsstellen nicht kennen: {issuer} darf für {name} nichts ausstellen.',
  forbids:
    'Die CAA-Einträge von {at} erlauben {allowed}, Zertifikate für {name} auszustellen, aber nicht {issuer}: es fehlt {at}. CAA 0 issue "{issuer}".',
  forbidsAll:
    'Die CAA-Einträge von {at} erlauben niemandem, Zertifikate für {name} auszustellen: es fehlt {at}. CAA 0 issue "{issuer}".',
  limited:
    'Die CAA-Einträge von {at} lassen {issuer} Zertifikate für {name} nur {limits} ausstellen: Der ACME-Client muss dieser sein.',
  eitherLimit: '{,first} oder {last}',
  forAccount: 'für das Konto {account}',
  byMethods: 'nach {methods}',
  forAccountByMethods: 'für das Konto {account} nach {methods}',
  noAnswer:
    'Die Frage nach den CAA-Einträgen von {at} endet mit {code}: ohne Antwort darf {issuer} für {name} nichts ausstellen.',
};
