import type { LogFields, Telemetry } from '../../service/ports/telemetry.ts';

/** One JSON object a line. Metrics are a fleet's; here the lines say the same. */
export function createStationTelemetry(
  write: (line: string) => void,
  { verbose }: { readonly verbose: boolean },
  fields: LogFields = {},
): Telemetry {
  const line =
    (level: string) =>
    (message: string, more: LogFields = {}): void =>
      write(JSON.stringify({ at: new Date().toISOString(), level, message, ...fields, ...more }));
  return {
    info: verbose ? line('info') : () => undefined,
    warn: line('warn'),
    error: line('error'),
    metric: () => undefined,
    with: (more) => createStationTelemetry(write, { verbose }, { ...fields, ...more }),
  };
}
