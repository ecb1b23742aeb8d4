/** How the station is set up: from flags and from a file, each problem in one line. */
import { dirname, resolve } from 'node:path';
import * as z from 'zod';
import { readDocument } from '../../../input/request/document.ts';
import { parseDuration } from '../../../input/request/quantities.ts';
import { quote } from '../../../input/request/quote.ts';
import { inputError, type ParseResult, parsed } from '../../../model/input-error.ts';
import { type AddressRanges, addressRanges } from '../../../net/address-ranges.ts';
import { DEFAULT_REMINDER_HOURS } from '../../../service/alerts/reminder-hours.ts';
import { parseBaseUrl } from './base-url.ts';
import { isLoopback, type ListenAddress, parseListen } from './listen-address.ts';
import { readTlsFiles, type TlsFiles, type TlsMaterial } from './tls-files.ts';

/** The same in the file and among the flags, where `tlsCert` is `--tls-cert`; a flag wins. */
export const GivenSettings = z.strictObject({
  listen: z.string().optional(),
  data: z.string().min(1).optional(),
  tlsCert: z.string().min(1).optional(),
  tlsKey: z.string().min(1).optional(),
  baseUrl: z.string().optional(),
  trustedProxy: z.array(z.string()).max(100).optional(),
  allowPrivate: z.boolean().optional(),
  mail: z.string().min(1).optional(),
  oidc: z.string().min(1).optional(),
  remindEvery: z.string().optional(),
  verbose: z.boolean().optional(),
});
export type GivenSettings = z.infer<typeof GivenSettings>;

export const DEFAULT_LISTEN = '127.0.0.1:8025';

export interface StationTls {
  readonly files: TlsFiles;
  readonly material: TlsMaterial;
}

/** How the station is reached. */
export interface StationFront {
  readonly listen: ListenAddress;
  /** Absent: plain HTTP, for this machine and for the proxies. */
  readonly tls?: StationTls;
  readonly baseUrl?: URL;
  /** Who may say for whom it asks (X-Forwarded-For). */
  readonly proxies: AddressRanges;
}

/** Milliseconds between two reminders of an alert; 0: none. */
export function readRemindEvery({ remindEvery }: GivenSettings): ParseResult<number> {
  if (remindEvery === undefined) return parsed(DEFAULT_REMINDER_HOURS * HOUR_MS);
  if (remindEvery === 'off') return parsed(0);
  const read = parseDuration(remindEvery, HOUR_MS / 4, 168 * HOUR_MS);
  return read.ok
    ? read
    : inputError(`--remind-every: expected 15m to 168h, or "off", not ${quote(remindEvery)}`);
}

const HOUR_MS = 3_600_000;

export interface ReadFront {
  /** Absent: there are problems. */
  readonly front?: StationFront;
  /** A line each. */
  readonly problems: readonly string[];
  readonly remarks: readonly string[];
}

/** Paths in the file are relative to its folder. */
export async function readSettingsFile(path: string): Promise<ParseResult<GivenSettings>> {
  const read = await readDocument(path, GivenSettings);
  if (!read.ok) return inputError(`--config: ${read.message}`);
  const { data, tlsCert, tlsKey, mail, oidc, ...rest } = read.value.value;
  const from = (file: string): string => resolve(dirname(path), file);
  return parsed({
    ...rest,
    ...(data !== undefined && { data: from(data) }),
    ...(mail !== undefined && { mail: from(mail) }),
    ...(oidc !== undefined && { oidc: from(oidc) }),
    ...(tlsCert !== undefined && { tlsCert: from(tlsCert) }),
    ...(tlsKey !== undefined && { tlsKey: from(tlsKey) }),
  });
}

/** @param now epoch ms, which certificates are held against */
export async function readFront(given: GivenSettings, now: number): Promise<ReadFront> {
  const problems: string[] = [];
  const taken = <T>(result: ParseResult<T> | undefined): T | undefined => {
    if (result?.ok === false) problems.push(result.message);
    return result?.ok === true ? result.value : undefined;
  };
  const listen = taken(parseListen(given.listen ?? DEFAULT_LISTEN));
  const baseUrl = taken(given.baseUrl === undefined ? undefined : parseBaseUrl(given.baseUrl));
  const proxies = taken(readProxies(given.trustedProxy ?? []));
  const files = taken(tlsFiles(given));
  const read = files && (await readTlsFiles(files, { host: baseUrl?.hostname, now }));
  const material = taken(read);
  const isProtected = files !== undefined || (given.trustedProxy ?? []).length > 0;
  if (listen !== undefined && !isLoopback(listen.address) && !isProtected)
    problems.push(
      `--listen: ${quote(listen.address)} is not of this machine alone: give --tls-cert and --tls-key too, or --trusted-proxy with the address of the proxy that ends TLS`,
    );
  if (baseUrl !== undefined && !isProtected)
    problems.push(
      '--base-url: nothing speaks TLS here: give --tls-cert and --tls-key, or --trusted-proxy with the address of the proxy that ends it',
    );
  const remarks = material?.remarks ?? [];
  if (problems.length > 0 || listen === undefined || proxies === undefined) return { problems, remarks };
  return {
    front: {
      listen,
      proxies,
      ...(files !== undefined && material !== undefined && { tls: { files, material } }),
      ...(baseUrl !== undefined && { baseUrl }),
    },
    problems,
    remarks,
  };
}

function tlsFiles({ tlsCert, tlsKey }: GivenSettings): ParseResult<TlsFiles> | undefined {
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  if (tlsKey === undefined) return inputError('--tls-cert needs --tls-key, the file of its private key');
  if (tlsCert === undefined) return inputError('--tls-key needs --tls-cert, the file of its certificate');
  return parsed({ cert: tlsCert, key: tlsKey });
}

function readProxies(texts: readonly string[]): ParseResult<AddressRanges> {
  const read = addressRanges(texts);
  return 'ranges' in read
    ? parsed(read.ranges)
    : inputError(`--trusted-proxy: expected an address or a range as 10.0.0.0/8, not ${quote(read.wrong)}`);
}
