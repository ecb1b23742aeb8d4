/** A renewed certificate is taken while the station runs; a bad one is not, and the one before stays. */
import type { Telemetry } from '../../../service/ports/telemetry.ts';
import type { StationFront } from '../settings/station-settings.ts';
import { readTlsFiles, type TlsMaterial } from '../settings/tls-files.ts';

export interface TlsReloadPorts {
  /** Throws what is wrong with it. */
  readonly take: (tls: TlsMaterial) => void;
  readonly telemetry: Pick<Telemetry, 'warn' | 'info'>;
  /** Epoch ms. */
  readonly now: () => number;
}

/** Each call looks at the files once; it never rejects, and says the same fault once. */
export function createTlsReload(
  { tls, baseUrl }: Pick<StationFront, 'tls' | 'baseUrl'>,
  { take, telemetry, now }: TlsReloadPorts,
): () => Promise<void> {
  let current = tls?.material;
  let told = '';
  const fault = (reason: string): void => {
    if (reason !== told) telemetry.warn('the new certificate is not taken: the one before stays', { reason });
    told = reason;
  };
  return async () => {
    if (tls === undefined) return;
    const read = await readTlsFiles(tls.files, { host: baseUrl?.hostname, now: now() });
    if (!read.ok) return fault(read.message);
    told = '';
    const { cert, key, remarks } = read.value;
    if (cert === current?.cert && key === current.key) return;
    try {
      take(read.value);
      current = read.value;
      telemetry.info('a new certificate is in use', {});
      for (const remark of remarks) telemetry.warn(remark, {});
    } catch (error) {
      fault(String(error));
    }
  };
}
