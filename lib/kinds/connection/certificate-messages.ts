import { catalogue, sentences } from '../contract/sentences.ts';

export const certificateCatalogue = catalogue('certificate', {
  /** Which certificate; used inside other sentences. */
  own: 'the certificate of {host}',
  issuing: 'the issuing certificate {subject}',
  root: 'the root {subject}',
  expired: '{^parts}.',
  expiredToday: '{certificate} expired on {day} (today)',
  expiredYesterday: '{certificate} expired on {day} (1 day ago)',
  expiredDaysAgo: '{certificate} expired on {day} ({days} days ago)',
  notYetValid: '{^parts}. Is the clock of the issuing or of this machine right?',
  notBefore: '{certificate} is not valid before {time}',
  expiresSoon: '{^certificate} expires on {day}, in {days} days (limit {limit}).',
  otherNames: 'The certificate does not cover {host}: it is for {names}.',
  otherNamesAndMore: 'The certificate does not cover {host}: it is for {names} and {more} more.',
  noName: 'The certificate does not cover {host}: it names no host (subject {subject}).',
  selfSigned: 'The certificate of {host} is self-signed: {detail}.',
  notTrusted: 'Clients do not trust {host}: {detail}.',
  chainInvalid: 'Clients reject the chain of {host}: {detail}.',
  privateRoot:
    'Clients do not trust {host}: {detail}. It is probably a private root; if not, it is one more intermediate certificate that must be installed.',
  chainIncomplete:
    "The chain of {host} is incomplete: {detail}. The intermediate certificate must be installed together with the server's own, unless the issuer is a private root, which clients do not trust whatever is sent.",
  chainIncompleteDespiteOthers:
    "The chain of {host} is incomplete, although other certificates were sent: {detail}. The intermediate certificate must be installed together with the server's own, unless the issuer is a private root, which clients do not trust whatever is sent.",
  weakKeys: '{^parts}.',
  /** `refusal`: which clients refuse the smallest of them. */
  weakKeysRefused: '{^parts}: {refusal}.',
  weakKey: '{certificate} has a key of {bits} bits ({type}); {least} are the least',
  weakSignatures: '{^parts}.',
  weakSignature: '{certificate} is signed with {algorithm}',
  /** `certificate` which one, `when` and `source` where that was found. */
  revokedSince: '{^certificate} was revoked on {when} ({reason}), says {source}. {clients}',
  revokedAtSomeTime: '{^certificate} is revoked ({reason}), says {source}. {clients}',
  noReason: 'no reason given',
  reason: '{name}',
  list: 'the list of its authority, {url}',
  responder: 'the OCSP responder of its authority, {url}',
  revokedOwn:
    'Firefox and Safari keep lists of revoked certificates of public authorities and refuse it; Chrome refuses what its own shorter list (CRLSets) has; curl, OpenSSL, Java and Go do not ask by default.',
  revokedIssuing:
    'Browsers have revoked issuing certificates in their own lists and refuse whatever they issued; curl, OpenSSL, Java and Go do not ask by default.',
  untidy: '{host} sends an untidy chain: {remarks}. Some clients stumble over that.',
  wrongOrder: 'the certificates are in the wrong order (issuers are at {places})',
  needlessOne: 'one certificate is sent that belongs to no path',
  needless: '{count} certificates are sent that belong to no path',
});

export const certificateSentence = sentences(certificateCatalogue);
