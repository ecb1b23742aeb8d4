/** Faults found with the table of clients: what browsers, or stricter programs, refuse in a handshake that was completed here. */

import type { Fault } from '../../model/finding.ts';
import type { CauseCode } from '../../model/vocabulary.ts';
import { fault } from '../contract/fault.ts';
import type { Sentence } from '../contract/sentences.ts';
import type { TlsResult } from '../contract/tls-result.ts';
import { clientSentence as say } from './client-messages.ts';
import { handshakeProperties, malformedProperty, signerProperty } from './client-properties.ts';
import { type Property, refusalOf } from './clients.ts';

export function clientFaults(tls: TlsResult, host: string): Fault[] {
  return [
    ...refusedHandshake(tls, host),
    ...keyUses(tls, host),
    ...names(tls, host),
    ...paths(tls, host),
    ...signers(tls, host),
    ...purposes(tls, host),
    ...staples(tls, host),
    ...renegotiation(tls, host),
    ...staticRsa(tls, host),
  ];
}

/** A fault with the severity from the table; none when no client refuses it. `seen` follows the host's name. */
function byTable(cause: CauseCode, property: Property, host: string, seen: Sentence): Fault[] {
  const refusal = refusalOf(property);
  if (!refusal) return [];
  return [fault(cause, say.refused({ host, seen, refusal: refusal.said }), { severity: refusal.severity })];
}

function causeOf(property: Property): CauseCode {
  if (property.startsWith('key-') && property !== 'key-exchange-dhe') return 'tls.key-refused';
  return property === 'handshake-signature-sha1'
    ? 'tls.handshake-signature-refused'
    : 'tls.key-exchange-refused';
}

/** What was seen about a property; follows "HOST ". */
function seenOf(property: Property, tls: TlsResult): Sentence {
  const { keyExchange, cipher = '?', chain, handshakeSignature = '?' } = tls;
  if (property === 'key-exchange-dhe')
    return keyExchange?.bits === undefined
      ? say.dheAlone({})
      : say.dheAloneWithGroup({ bits: keyExchange.bits });
  if (property.startsWith('group-')) {
    const group = keyExchange?.group ?? '?';
    return say.groupAlone({ group: group === 'secp521r1' ? 'P-521' : group });
  }
  if (property.startsWith('cipher-')) return say.cipherAlone({ cipher });
  return property === 'handshake-signature-sha1'
    ? say.signatureAlone({ signature: handshakeSignature })
    : chain?.[0]?.curve !== undefined
      ? say.keyOnCurve({ curve: chain[0].curve })
      : say.keyOfType({ type: chain?.[0]?.keyType ?? '?', bits: chain?.[0]?.keyBits ?? '?' });
}

function refusedHandshake(tls: TlsResult, host: string): Fault[] {
  if (tls.asBrowser === undefined || tls.protocol === 'TLSv1' || tls.protocol === 'TLSv1.1') return [];
  const shown = handshakeProperties(tls);
  if (shown.length > 0) {
    return shown.flatMap((property) => byTable(causeOf(property), property, host, seenOf(property, tls)));
  }
  return [
    fault(
      'tls.alert',
      say.refusesBrowsers({ host, answer: tls.asBrowser, cipher: tls.cipher ?? say.unknownCipher({}) }),
    ),
  ];
}

/** TLS 1.3, ECDHE and DHE need a key that signs; a key sent under RSA needs one that encrypts (RFC 5246 §7.4.2). */
function keyUses({ keyUses: uses, keyExchange }: TlsResult, host: string): Fault[] {
  if (!uses || !keyExchange) return [];
  if (keyExchange.type === 'RSA') {
    if (uses.encipherment) return [];
    return byTable('tls.key-usage-refused', 'usage-no-encipherment', host, say.rsaWithoutEncipherment({}));
  }
  if (uses.signature) return [];
  return byTable(
    'tls.key-usage-refused',
    'usage-no-signature',
    host,
    say.signedWithoutSignature({ type: keyExchange.type }),
  );
}

function names({ nameMatch, malformed = [] }: TlsResult, host: string): Fault[] {
  const wide =
    nameMatch?.form === 'wildcard-over-one-label'
      ? byTable('tls.cert-name-refused', 'name-wildcard-over-one-label', host, say.wildcardOverOneLabel({}))
      : [];
  const spoilt = malformed.flatMap((text) =>
    byTable('tls.cert-malformed', malformedProperty(text), host, say.malformedCertificate({ detail: text })),
  );
  return [...wide, ...spoilt];
}

/** Clients that try only one path, long chains, and roots with a key size that some no longer accept. */
function paths({ trust, chainLength, chain = [] }: TlsResult, host: string): Fault[] {
  if (trust?.status !== 'anchored') return [];
  const strays = (trust.strays ?? []).flatMap(({ choice, detail }) =>
    byTable(
      'tls.chain-ambiguous',
      choice === 'first-valid' ? 'issuer-first-valid' : 'issuer-first-sent',
      host,
      choice === 'first-valid' ? say.firstValid({ detail }) : say.firstSent({ detail }),
    ),
  );
  const sent = chainLength ?? chain.length;
  const long: Property | undefined = sent > 16 ? 'chain-over-16' : sent > 10 ? 'chain-over-10' : undefined;
  const { anchorKeyType, anchorKeyBits = 0 } = trust;
  const isRsa = anchorKeyType === 'rsa' && anchorKeyBits > 0;
  const root: Property | undefined =
    isRsa && anchorKeyBits < 1_024
      ? 'root-rsa-768'
      : isRsa && anchorKeyBits < 2_048
        ? 'root-rsa-1024'
        : undefined;
  return [
    ...strays,
    ...(long ? byTable('tls.chain-too-long', long, host, say.manyCertificates({ count: sent })) : []),
    ...(root
      ? byTable(
          'tls.weak-key',
          root,
          host,
          say.smallRoot({ subject: trust.anchor ?? '?', bits: anchorKeyBits }),
        )
      : []),
  ];
}

/** Browsers know fewer kinds of issuers' keys than OpenSSL. A trusted root's own signature is looked at by nobody. */
function signers({ trust, chain = [] }: TlsResult, host: string): Fault[] {
  if (trust?.status !== 'anchored') return [];
  const path = trust.path?.flatMap((index) => chain[index] ?? []) ?? [];
  const seen = new Set<Property>();
  return path.flatMap(({ subject, signatureAlgorithm, selfSigned }, depth) => {
    const curve = path[depth + 1] ? path[depth + 1]?.curve : trust.anchorCurve;
    const property = selfSigned ? undefined : signerProperty(signatureAlgorithm, curve);
    if (property === undefined || seen.has(property)) return [];
    seen.add(property);
    const said =
      property === 'signed-by-other-curve'
        ? say.signedOnCurve({ subject, curve: curve ?? '?' })
        : say.signedWith({ subject, algorithm: signatureAlgorithm });
    return byTable('tls.key-refused', property, host, said);
  });
}

function purposes({ trust }: TlsResult, host: string): Fault[] {
  if (trust?.status !== 'anchored' || trust.anyPurpose === undefined) return [];
  return byTable(
    'tls.chain-invalid',
    'purpose-any-alone',
    host,
    say.anyPurpose({ subject: trust.anyPurpose }),
  );
}

function staples({ staple, revocation = [] }: TlsResult, host: string): Fault[] {
  if (staple !== 'revoked') return [];
  const { revokedAt, reason } = revocation.find(({ source }) => source === 'staple') ?? {};
  if (revokedAt !== undefined) {
    const seen = say.revokedSince({ when: revokedAt.slice(0, 10), reason: reason ?? say.noReason({}) });
    return byTable('tls.cert-revoked', 'staple-revoked', host, seen);
  }
  return byTable('tls.cert-revoked', 'staple-revoked', host, say.revoked({}));
}

function renegotiation({ noSecureRenegotiation }: TlsResult, host: string): Fault[] {
  if (noSecureRenegotiation !== true) return [];
  return byTable(
    'tls.no-secure-renegotiation',
    'no-secure-renegotiation',
    host,
    say.noSecureRenegotiation({}),
  );
}

function staticRsa({ keyExchange, protocol }: TlsResult, host: string): Fault[] {
  if (keyExchange?.type !== 'RSA' || protocol !== 'TLSv1.2') return [];
  return [fault('tls.no-forward-secrecy', say.noForwardSecrecy({ host }))];
}
