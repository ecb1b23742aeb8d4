import { catalogue, sentences } from '../contract/sentences.ts';

export const dnssecCatalogue = catalogue('dnssec', {
  /** `what`: one of the sentences below. */
  refused:
    '{what}: resolvers that validate (1.1.1.1, 8.8.8.8 and those of many providers) answer SERVFAIL for {name}, others still find it.',
  expired: 'The signature of key {keyTag} on the {type} records of {owner} ended at {at}',
  notYetValid: 'The signature of key {keyTag} on the {type} records of {owner} begins to count only at {at}',
  dsMismatch:
    'The parent zone says that {zone} is signed with the key of DS {ds}, and none of the zone’s keys is that one (it has {keys})',
  dsWithoutKeys: 'The parent zone says by DS {ds} that {zone} is signed, and the zone publishes no key',
  unsigned:
    '{zone} is a signed zone and gives the {type} records of {owner}, or their denial, without a signature',
  noKey: 'The {type} records of {owner} are signed by key {keyTag}, which {zone} does not publish',
  invalid: 'The signature of key {keyTag} on the {type} records of {owner} is not of these records',
  denial: 'The NSEC or NSEC3 records of {zone} do not prove what it denies about the {type} of {owner}',
  excess:
    '{zone} has more signatures or keys for the {type} records of {owner} that fail than a resolver tries',
  byResolver:
    '{server} answers {checked} for {name}, and {unchecked} when it is told not to check signatures (CD): it finds its DNSSEC wrong; not judged here, as it passes on no signatures.',
});

export const dnssecSentence = sentences(dnssecCatalogue);
