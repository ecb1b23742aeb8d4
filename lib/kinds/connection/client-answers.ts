/**
 * Which clients of the table would connect, judged by one handshake. Pure. Only what was seen counts: a server tells the one
 * suite that it chose, so of another client that lacks it nothing is known unless what that client offers was refused, too.
 */
import type { CertificateFacts } from '../../x509/facts.ts';
import type { TlsResult } from '../contract/tls-result.ts';
import {
  handshakeProperties,
  malformedProperty,
  signerProperty,
  smallKeyProperty,
} from './client-properties.ts';
import type { Client, Property } from './clients.ts';
import { type AnyClientId, type FurtherProperty, TABLE, type TableClient } from './further-clients.ts';
import { REFUSED_WORDS } from './refused-words.ts';

export interface ClientAnswer {
  readonly client: AnyClientId;
  readonly name: string;
  readonly connects: 'yes' | 'no' | 'not known';
  /** Half a sentence. It may contain names that the server chose (an alert, a cipher), and nothing else of it. */
  readonly why: string;
  /** What the answer rests on: `published list, 2022-04-11`, or the version that was tried and the date. */
  readonly known: string;
}

type Judged = Pick<ClientAnswer, 'connects' | 'why'>;

/** What the server chose among all that was offered: it may know another that a client has. */
const CHOICES: ReadonlySet<Property | FurtherProperty> = new Set<Property | FurtherProperty>([
  'key-exchange-dhe',
  'group-p521',
  'group-x448',
  'group-ffdhe',
  'cipher-cbc-sha256',
  'cipher-ccm',
  'cipher-camellia',
  'cipher-chacha20',
  'cipher-ecdhe-rsa-gcm',
  'group-x25519',
]);

/**
 * In the order of the tables. Empty where the handshake proves nothing about clients: silence, a closed connection, no TLS, or a
 * failure of our own library.
 *
 * @param roles whose clients come to such an endpoint
 * @param seenAt epoch ms of the handshake: dates are judged at that time
 */
export function clientAnswers(
  tls: TlsResult,
  roles: readonly Client['role'][],
  seenAt: number,
): ClientAnswer[] {
  const judge = judgeOf(tls, seenAt);
  if (judge === undefined) return [];
  return TABLE.filter(([, { role }]) => roles.includes(role)).map(([id, client]) => ({
    client: id,
    name: id === 'java' ? 'Java 17' : client.name,
    ...judge(client),
    known: knownBy(client),
  }));
}

const knownBy = ({ known }: TableClient): string =>
  known.by === 'handshake' ? `${known.version}, ${known.date}` : `published list, ${known.date}`;

const no = (why: string): Judged => ({ connects: 'no', why });
const notKnown = (why: string): Judged => ({ connects: 'not known', why });

function judgeOf(tls: TlsResult, seenAt: number): ((client: TableClient) => Judged) | undefined {
  switch (tls.handshake.status) {
    case 'complete':
      return (client) => {
        const refusals = [handshakeRefusal(tls, client), certificateRefusal(tls, client, seenAt)];
        return (
          refusals.find((each) => each?.connects === 'no') ??
          refusals.find((each) => each !== undefined) ??
          agreed(tls)
        );
      };
    case 'alert':
      return afterAlert(tls, tls.handshake);
    default:
      return undefined;
  }
}

const agreed = ({ protocol = 'TLS', cipher }: TlsResult): Judged => ({
  connects: 'yes',
  why: cipher === undefined ? protocol : `${protocol} with ${cipher}`,
});

type Alert = Extract<TlsResult['handshake'], { status: 'alert' }>;

function afterAlert(tls: TlsResult, { number, name }: Alert): (client: TableClient) => Judged {
  const said = `the server answers with alert ${number} (${name})`;
  if (tls.tls12Refused === true && tls.oldestProtocol !== undefined) {
    return ({ refuses }) =>
      refuses.includes('tls-1.1-alone')
        ? no(REFUSED_WORDS['tls-1.1-alone'])
        : notKnown('which of its old suites the server takes was not asked');
  }
  // Behind its certificate a server refuses for want of a client's, as a rule.
  if (tls.chain !== undefined)
    return () => notKnown(`${said} after its certificate: it may want one of the client`);
  return ({ role }) =>
    role === 'browser'
      ? no(`${said} to what all current browsers offer`)
      : notKnown(`${said}; whether it takes what this client offers was not asked`);
}

/** Why the client and the server do not agree; `undefined` when they do. */
function handshakeRefusal(tls: TlsResult, client: TableClient): Judged | undefined {
  const { protocol, asBrowser, keyExchange } = tls;
  const { refuses, role, known, takesRsaExchange } = client;
  if (protocol === undefined) return notKnown('the version was not seen');
  const isOld = protocol === 'TLSv1' || protocol === 'TLSv1.1' || protocol === 'SSLv3';
  if (isOld && refuses.includes('tls-1.1-alone')) return no(REFUSED_WORDS['tls-1.1-alone']);
  const shown = handshakeProperties({ ...tls, asBrowser: asBrowser ?? '' });
  const refused = [...shown, ...furtherProperties(tls)].filter((property) => refuses.includes(property));
  const certain = refused.find((property) => !CHOICES.has(property));
  if (certain !== undefined) return no(REFUSED_WORDS[certain]);
  if (protocol === 'TLSv1.3' && refuses.includes('tls-1.3-alone'))
    return notKnown('it has no TLS 1.3; which older suites the server takes was not asked');
  const [choice] = refused;
  if (choice !== undefined) {
    if (role === 'browser' && asBrowser !== undefined) return no(REFUSED_WORDS[choice]);
    return notKnown(`${REFUSED_WORDS[choice]}, which the server chose; whether it has another was not asked`);
  }
  // Of a server with an old version alone the version is the reason.
  if (asBrowser !== undefined && shown.length === 0 && !isOld)
    return role === 'browser'
      ? no(`the server refuses what all current browsers offer: ${asBrowser}`)
      : notKnown('why the server refuses browsers was not found out');
  const { noSecureRenegotiation } = tls;
  if (noSecureRenegotiation === true && refuses.includes('no-secure-renegotiation'))
    return no(REFUSED_WORDS['no-secure-renegotiation']);
  // Not in the table: for what was tried, the trials of key usage were made with such a key exchange.
  if (
    keyExchange?.type === 'RSA' &&
    role === 'program' &&
    known.by === 'published list' &&
    takesRsaExchange !== true
  )
    return notKnown('the server exchanges keys by RSA encryption, of which the list says nothing');
  return undefined;
}

/** What the further clients lack. A server of TLS 1.3 with X25519 must have P-256 as well (RFC 8446 §9.1); one of TLS 1.2 need not. */
function furtherProperties({ protocol, oldestProtocol, cipher = '', keyExchange }: TlsResult) {
  const found: FurtherProperty[] = [];
  if (oldestProtocol === 'TLSv1.3') found.push('tls-1.3-alone');
  if (cipher.includes('CHACHA20')) found.push('cipher-chacha20');
  if (/ECDHE[_-]RSA.*GCM/.test(cipher)) found.push('cipher-ecdhe-rsa-gcm');
  if (protocol !== 'TLSv1.3' && keyExchange?.group === 'X25519') found.push('group-x25519');
  return found;
}

/** Why the client does not take the certificate; mail servers encrypt without verifying, so they take any. */
function certificateRefusal(tls: TlsResult, client: TableClient, seenAt: number): Judged | undefined {
  if (client.role === 'mail') return undefined;
  const { chain, nameMatch, trust } = tls;
  if (chain?.[0] === undefined || trust === undefined) return notKnown('the certificate was not seen');
  const property = certificateProperties(tls, chain).find((each) => client.refuses.includes(each));
  if (property !== undefined) return no(REFUSED_WORDS[property]);
  if (nameMatch?.ok === false) return no('the certificate does not cover the name');
  const dates = dateRefusal(tls, chain, seenAt);
  return dates ?? trustRefusal(trust, client) ?? revocationRefusal(tls);
}

function dateRefusal(tls: TlsResult, chain: readonly CertificateFacts[], seenAt: number): Judged | undefined {
  const path = pathOf(tls, chain);
  if (path.some(({ notAfter }) => Date.parse(notAfter) < seenAt)) return no('a certificate has expired');
  if (path.some(({ notBefore }) => Date.parse(notBefore) > seenAt))
    return no('a certificate is not valid yet');
  return undefined;
}

function trustRefusal(
  { status }: NonNullable<TlsResult['trust']>,
  { role }: TableClient,
): Judged | undefined {
  switch (status) {
    case 'anchored':
      return undefined;
    case 'issuer-missing':
      return role === 'browser'
        ? notKnown('a certificate between was not sent; a browser may have it, or fetch it')
        : no('a certificate between was not sent');
    case 'self-signed-leaf':
      return no('the certificate is signed by itself');
    case 'untrusted-root':
      return no('the certificates do not lead to a root of the public list');
    case 'bad-signature':
      return no('the signature of a certificate is wrong');
    case 'chain-invalid':
      return no('the chain of certificates breaks a rule');
    default:
      return status satisfies never;
  }
}

/** Clients differ in whether, and where, they ask; only of a staple the table knows what they do. */
function revocationRefusal({ revocation = [] }: TlsResult): Judged | undefined {
  return revocation.some(({ status, source }) => status === 'revoked' && source !== 'staple')
    ? notKnown('a certificate is revoked, and not every client asks for that')
    : undefined;
}

function pathOf({ trust }: TlsResult, chain: readonly CertificateFacts[]): readonly CertificateFacts[] {
  const path = trust?.path?.flatMap((index) => chain[index] ?? []) ?? [];
  return path.length > 0 ? path : chain.slice(0, 1);
}

/** What the certificates show, of what the table knows. */
function certificateProperties(tls: TlsResult, chain: readonly CertificateFacts[]): Property[] {
  const { trust, chainLength, nameMatch, malformed = [], staple, keyUses, keyExchange } = tls;
  const found: (Property | undefined)[] = malformed.map(malformedProperty);
  if (nameMatch?.form === 'wildcard-over-one-label') found.push('name-wildcard-over-one-label');
  if (keyUses && keyExchange) {
    if (keyExchange.type === 'RSA') {
      if (!keyUses.encipherment) found.push('usage-no-encipherment');
    } else if (!keyUses.signature) found.push('usage-no-signature');
  }
  if (staple === 'revoked') found.push('staple-revoked');
  const path = pathOf(tls, chain);
  found.push(...path.filter(({ selfSigned }) => !selfSigned).map(smallKeyProperty));
  if (trust?.status === 'anchored') {
    for (const { choice } of trust.strays ?? [])
      found.push(choice === 'first-valid' ? 'issuer-first-valid' : 'issuer-first-sent');
    if (trust.anyPurpose !== undefined) found.push('purpose-any-alone');
    found.push(rootProperty(trust));
    for (const [depth, { signatureAlgorithm, selfSigned }] of path.entries()) {
      const issuer = path[depth + 1];
      if (!selfSigned)
        found.push(signerProperty(signatureAlgorithm, issuer ? issuer.curve : trust.anchorCurve));
    }
  }
  const sent = chainLength ?? chain.length;
  if (sent > 10) found.push(sent > 16 ? 'chain-over-16' : 'chain-over-10');
  return found.flatMap((property) => property ?? []);
}

function rootProperty({
  anchorKeyType,
  anchorKeyBits = 0,
}: NonNullable<TlsResult['trust']>): Property | undefined {
  if (anchorKeyType !== 'rsa' || anchorKeyBits === 0) return undefined;
  if (anchorKeyBits < 1_024) return 'root-rsa-768';
  return anchorKeyBits < 2_048 ? 'root-rsa-1024' : undefined;
}
