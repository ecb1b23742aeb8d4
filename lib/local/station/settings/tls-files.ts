/** The certificate and the key of the station's own TLS. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { inputError, type ParseResult, parsed } from '../../../model/input-error.ts';
import { utc } from '../../../model/units.ts';
import { plainAddress } from '../../../net/address-ranges.ts';
import { printable } from '../../../net/printable.ts';
import { readRegularFile } from '../../files.ts';

export interface TlsFiles {
  /** Paths of PEM files; the first certificate is the station's, those that issued it follow. */
  readonly cert: string;
  readonly key: string;
}

export interface TlsMaterial {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
  /** What is odd about it and keeps nobody from starting: a line each. */
  readonly remarks: readonly string[];
}

const MAX_BYTES = 1_000_000;

/** Never rejects. @param host the name by which others ask, if one is known */
export async function readTlsFiles(
  { cert, key }: TlsFiles,
  { host, now }: { readonly host: string | undefined; readonly now: number },
): Promise<ParseResult<TlsMaterial>> {
  const texts = await Promise.all([read('--tls-cert', cert), read('--tls-key', key)]);
  const [chain, secret] = texts;
  if (!chain.ok) return chain;
  if (!secret.ok) return secret;
  let own: X509Certificate;
  try {
    own = new X509Certificate(chain.value);
  } catch {
    return inputError(`--tls-cert: ${cert} has no certificate in PEM ("-----BEGIN CERTIFICATE-----")`);
  }
  try {
    if (!own.checkPrivateKey(createPrivateKey(secret.value)))
      return inputError(`--tls-key: ${key} is not the key of the first certificate in ${cert}`);
  } catch {
    return inputError(`--tls-key: ${key} has no private key in PEM that needs no passphrase`);
  }
  return parsed({ cert: chain.value, key: secret.value, remarks: remarksOf(own, cert, host, now) });
}

async function read(flag: string, path: string): Promise<ParseResult<string>> {
  try {
    return parsed(await readRegularFile(path, MAX_BYTES));
  } catch (error) {
    return inputError(
      `${flag}: ${path}: ${printable(error instanceof Error ? error.message : String(error), 300)}`,
    );
  }
}

function remarksOf(own: X509Certificate, path: string, host: string | undefined, now: number): string[] {
  const from = Date.parse(own.validFrom);
  const to = Date.parse(own.validTo);
  const remarks: string[] = [];
  if (now < from)
    remarks.push(
      `--tls-cert: ${path} is valid from ${utc(new Date(from).toISOString())} on: clients refuse it until then`,
    );
  if (now > to)
    remarks.push(`--tls-cert: ${path} has expired ${utc(new Date(to).toISOString())}: clients refuse it`);
  if (host !== undefined && !isFor(own, host))
    remarks.push(`--tls-cert: ${path} is not for ${host}, the host of --base-url: clients refuse it`);
  return remarks;
}

/** `host`: as a URL has it. */
function isFor(own: X509Certificate, host: string): boolean {
  const address = plainAddress(host.replace(/^\[(.+)\]$/, '$1'));
  return (address === undefined ? own.checkHost(host) : own.checkIP(address)) !== undefined;
}
