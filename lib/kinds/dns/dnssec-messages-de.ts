import type { Translation } from '../contract/sentences.ts';
import type { dnssecCatalogue } from './dnssec-messages.ts';

export const dnssecGerman: Translation<typeof dnssecCatalogue> = {
  byResolver:
    '{server} antwortet {checked} für {name}, und {unchecked}, wenn er Signaturen nicht prüfen soll (CD): Er findet das DNSSEC falsch; hier wurde das nicht beurteilt, da er keine Signaturen weitergibt.',
  denial: 'Die NSEC- oder NSEC3-Einträge von {zone} beweisen nicht, was sie über {type} von {owner} verneint',
  dsMismatch:
    'Die übergeordnete Zone sagt, dass {zone} mit dem Schlüssel zu DS {ds} signiert ist, und keiner der Schlüssel der Zone ist dieser (sie hat {keys})',
  dsWithoutKeys:
    'Die übergeordnete Zone sagt mit DS {ds}, dass {zone} signiert ist, und die Zone veröffentlicht keinen Schlüssel',
  excess:
    '{zone} hat mehr fehlerhafte Signaturen oder Schlüssel für die {type}-Einträge von {owner}, als ein Resolver versucht',
  expired: 'Die Signatur mit Schlüssel {keyTag} auf den {type}-Einträgen von {owner} endete am {at}',
  invalid:
    'Die Signatur mit Schlüssel {keyTag} auf den {type}-Einträgen von {owner} gehört nicht zu diesen Einträgen',
  noKey:
    'Die {type}-Einträge von {owner} sind mit Schlüssel {keyTag} signiert, den {zone} nicht veröffentlicht',
  notYetValid: 'Die Signatur mit Schlüssel {keyTag} auf den {type}-Einträgen von {owner} gilt erst ab {at}',
  refused:
    '{what}: Validierende Resolver (1.1.1.1, 8.8.8.8 und die vieler Provider) antworten für {name} mit SERVFAIL, andere finden den Namen noch.',
  unsigned:
    '{zone} ist eine signierte Zone und gibt die {type}-Einträge von {owner} oder deren Verneinung ohne Signatur',
};
