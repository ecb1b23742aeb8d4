import { catalogue, sentences } from '../contract/sentences.ts';

export const mxCatalogue = catalogue('mx', {
  healthy: 'Mail to {domain} goes to {servers}: {parts}.',
  server: '{exchange} ({preference})',
  allAnswer: 'every mail server answers',
  noPolicy: 'no MTA-STS policy',
  policyKept: 'the MTA-STS policy ({mode}) fits',
  daneKept: 'the TLSA records fit the certificates of {exchanges}',

  noRoute: 'Where mail to {domain} goes could not be found out: its MX query ended with {code}.',
  doubted:
    'Where mail to {domain} goes could not be found out: the resolver answers {code}, and does not know names that exist.',
  noDomain: '{domain} does not exist (NXDOMAIN), so that no sender finds a server for its mail.',
  nullMx: '{domain} takes no mail: its only MX record is "0 ." (RFC 7505), so senders return mail at once.',
  nullBeside:
    '{domain} has an MX record "0 ." (null MX) beside others. It may only stand alone (RFC 7505 §3): remove it, or all others.',
  literal:
    'The MX of {domain} is an address ({exchanges}) where a host name belongs: most senders look it up as a name and return the mail.',
  alias:
    'The MX of {domain} names an alias ({aliases}), which RFC 2181 §10.3 forbids; some senders refuse it. Write "{domain}. MX {preference} {target}." in its place.',
  noAddress:
    'The MX record "{domain}. MX {preference} {exchange}." leads nowhere: {exchange} has no A or AAAA record. Give it one, or remove the MX record.',
  implicitNoAddress:
    '{domain} has neither an MX record nor an address, so that no sender finds a server for its mail.',
  notPublic:
    'The MX record "{domain}. MX {preference} {exchange}." leads to {address}, which is not on the internet ({range}): no sender reaches it. Give {exchange} a public address, or remove the MX record.',
  exchangeUnknown:
    'The addresses of {exchange}, a mail server of {domain}, could not be found out: the query ended with {code}.',

  dead: '{exchange} (MX {preference} of {domain}) takes no mail: {seen}',
  deadAll: 'No mail server of {domain} takes mail. {seen}',
  deadBackup:
    '{exchange} (MX {preference} of {domain}) takes no mail; senders go on to {others}, late, and have no reserve. {seen}',
  deadAddress:
    '{address}, one of the addresses of {exchange}, takes no mail; senders try another one. {seen}',

  stsSeveral:
    '_mta-sts.{domain} has several TXT records with v=STSv1: senders act as if there were none (RFC 8461 §3.1). Leave one.',
  stsSyntax:
    'The TXT record at _mta-sts.{domain} has no valid id ("{record}"): senders act as if there were none (RFC 8461 §3.1). Write "v=STSv1; id=20261130T120000;" in its place, with a new id for each change of the policy.',
  stsUnknown: 'Whether {domain} has an MTA-STS policy could not be found out: the query ended with {code}.',
  stsUnreachable:
    '{domain} announces an MTA-STS policy, but senders can not use {url}: {reason}. Those that have an earlier policy keep to it until it ends; all others deliver without one.',
  stsHostUnknown: 'mta-sts.{domain} has no address ({detail})',
  stsNoConnect: '{address} port 443 takes no connection ({detail})',
  stsNotPublic: '{address} is not on the internet ({detail})',
  stsTls: 'the TLS handshake fails ({detail})',
  stsCertificate: 'its certificate is not valid for mta-sts.{domain} ({detail})',
  stsNoResponse: 'no HTTP answer came ({detail})',
  stsRedirect: 'it redirects (to {detail}), and redirects must not be followed (RFC 8461 §3.3)',
  stsStatus: 'the status is {detail}, not 200',
  stsContentType: 'the Content-Type is not text/plain ({detail})',
  stsCoding: 'it comes compressed ({detail}), which was not asked for',
  stsTooLarge: 'it is larger than {detail}',
  stsIncomplete: 'the answer broke off ({detail})',
  stsPolicySyntax: 'it is not a valid policy: {detail}',
  stsEnforce:
    'Senders that honour MTA-STS (Google, Microsoft and others) will defer mail to {exchange}, since {reason}. The policy of {domain} says "mode: enforce".{rest}',
  stsTesting:
    'Senders that honour MTA-STS (Google, Microsoft and others) report {exchange}, and would defer mail to it with "mode: enforce", since {reason}. The policy of {domain} says "mode: testing".',
  stsNone:
    '{exchange} would not fit the MTA-STS policy of {domain}, since {reason}. Its "mode: none" asks for nothing.',
  stsOthers: ' Mail still goes to {others}.',
  stsNoOthers: ' No other mail server fits, so this mail does not arrive.',
  notNamed:
    'the policy names {patterns} and not this server: add the line "mx: {exchange}" to it, and give the TXT record at _mta-sts.{domain} a new id',
  noStarttls: 'it offers no STARTTLS',
  tlsFails: 'its TLS handshake fails',
  badCertificate: 'its certificate is not valid ({fault})',

  daneMismatch:
    'Senders that honour DANE (Postfix, Exchange Online and others) will defer mail to {exchange}, since {reason}.{rest}',
  daneNoFit:
    'its certificates fit none of the TLSA records at {name} ({records}). For the certificate that it sends now the record is "{name}. IN TLSA 3 1 1 {digest}"',
  daneNoFitBare: 'its certificates fit none of the TLSA records at {name} ({records})',
  daneName: 'the certificate fits a DANE-TA record at {name}, but is not valid for the server ({fault})',
  daneNoStarttls: 'it has TLSA records at {name} and offers no STARTTLS',
  daneTlsFails: 'it has TLSA records at {name} and its TLS handshake fails',
  daneBogus:
    'the signatures of the TLSA records at {name} are not valid (zone {zone}: {what}), so that validating resolvers answer SERVFAIL',
  daneUnusable:
    'The TLSA records of {exchange} at {name} ({records}) are not usable for mail: only usages 2 and 3 are (RFC 7672 §3.1.3). Senders then encrypt and check no certificate.',
});
export const mxSentence = sentences(mxCatalogue);
