/** Which keys a report may be signed by: what --key names, and what the reader pinned. */
import { inputError, type ParseResult, parsed } from '../model/input-error.ts';
import type { KeyId } from '../model/signature.ts';

/** Below a domain that publishes its key: the record `SHA256:…`, one for each key that counts. */
const KEY_LABEL = '_inbound-check-key';
const DNS_TIMEOUT_MS = 8_000;

export interface NamedKeys {
  readonly keys: readonly KeyId[];
  /** Where they come from, for the text after the fingerprint. */
  readonly from: string;
}

/** @param text a fingerprint, `own`, `dns:DOMAIN`, or a file with the public or private key */
export async function readNamedKeys(
  text: string,
  dnsServers: readonly string[],
): Promise<ParseResult<NamedKeys>> {
  const { keyIdOfPem, parseKeyId } = await import('../report/signature/key.ts');
  const direct = parseKeyId(text);
  if (direct !== undefined) return parsed({ keys: [direct], from: 'the one that --key names' });
  if (text === 'own') return own();
  if (/^dns:/i.test(text)) return published(text.slice(4), dnsServers);
  const { readText } = await import('../input/request/read-text.ts');
  const pem = await readText(text);
  if (!pem.ok) return inputError(`--key is neither a fingerprint (SHA256:…) nor a file: ${pem.message}`);
  const keyId = keyIdOfPem(pem.value);
  if (keyId !== undefined) return parsed({ keys: [keyId], from: 'the one that --key names' });
  const { quote } = await import('../input/request/quote.ts');
  return inputError(`--key: ${quote(text)} holds no Ed25519 key in PEM`);
}

async function own(): Promise<ParseResult<NamedKeys>> {
  const keyId = await ownKeyId();
  if (keyId !== undefined) return parsed({ keys: [keyId], from: 'your own, on this machine' });
  return inputError('--key own: this machine has no signing key of yours, or others may write to its place');
}

async function published(domain: string, dnsServers: readonly string[]): Promise<ParseResult<NamedKeys>> {
  const { parseHost } = await import('../input/request/host.ts');
  const { parseDnsServer } = await import('../net/dns-server.ts');
  const { quote } = await import('../input/request/quote.ts');
  const host = parseHost(domain);
  if (!host.ok) return inputError(`--key dns: ${host.message}`);
  if (host.value.literal !== 0) return inputError('--key dns: a domain has records, an address has none');
  const wrong = dnsServers.find((server) => parseDnsServer(server) === undefined);
  if (wrong !== undefined) return inputError(`--dns ${quote(wrong)}: neither an address nor address:port`);
  const { createResolver } = await import('../net/resolver.ts');
  const { systemClock } = await import('../net/clock.ts');
  const { parseKeyId } = await import('../report/signature/key.ts');
  const { visible } = await import('../report/words/visible.ts');
  const resolver = createResolver({
    servers: dnsServers,
    pins: [],
    timeoutMs: DNS_TIMEOUT_MS,
    clock: systemClock,
  });
  const name = `${KEY_LABEL}.${host.value.host}`;
  const { code, records } = await resolver.ask(name, 'TXT');
  const keys = records.map(parseKeyId).filter((key) => key !== undefined);
  if (keys.length > 0) return parsed({ keys, from: `published at TXT ${visible(name)}, as DNS answered` });
  const why =
    code === 'NOERROR' ? 'holds no fingerprint (SHA256:…)' : `gives no answer to use (${visible(code)})`;
  return inputError(`--key dns: TXT ${visible(name)} ${why}`);
}

/** Fingerprint of the key that this machine signs with; undefined: it has none. */
export async function ownKeyId(): Promise<KeyId | undefined> {
  const { existingSigningKey, signingKeyPath } = await import('../local/signing-key.ts');
  const { keyIdOf } = await import('../report/signature/key.ts');
  const signer = await existingSigningKey(signingKeyPath(process.env));
  return signer && keyIdOf(signer.publicKey);
}

/** The name under which the reader pinned this key; undefined: not pinned. */
export async function pinnedAs(keyId: KeyId): Promise<ParseResult<string | undefined>> {
  const { knownKeysPath, readKnownKeys } = await import('../local/known-keys.ts');
  const pinned = await readKnownKeys(knownKeysPath(process.env));
  if (!pinned.ok) return pinned;
  const name = pinned.value.get(keyId);
  return parsed(name === undefined ? undefined : `pinned here: ${name}`);
}
