import type { LogFields, Telemetry } from '../../ports/telemetry.ts';

const NAMESPACE = 'InboundCheck';

interface TelemetryOptions {
  /** Which function speaks. */
  readonly service: string;
  readonly write?: (line: string) => void;
  readonly now?: () => number;
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * One JSON object a line on standard output, which Lambda sends to CloudWatch Logs; a metric is such a line in the
 * Embedded Metric Format, which CloudWatch makes a metric of without an API call. Written past `console`, which
 * Lambda would wrap in an object of its own.
 */
export function createTelemetry(options: TelemetryOptions, fields: LogFields = {}): Telemetry {
  const { service, now = Date.now, environment = process.env } = options;
  const write = options.write ?? ((line: string) => void process.stdout.write(`${line}\n`));
  const log = (level: string, message: string, more: LogFields = {}): void => {
    const time = new Date(now()).toISOString();
    // Set anew for each invocation; X-Ray finds the log by it.
    const trace = environment._X_AMZN_TRACE_ID?.match(/Root=([^;]+)/)?.[1];
    write(JSON.stringify({ time, level, service, message, ...fields, ...more, trace }));
  };
  return {
    info: (message, more) => log('info', message, more),
    warn: (message, more) => log('warn', message, more),
    error: (message, more) => log('error', message, more),
    metric(name, value, unit, dimensions = {}) {
      const all = { service, ...dimensions };
      const definition = {
        Namespace: NAMESPACE,
        Dimensions: [Object.keys(all)],
        Metrics: [{ Name: name, Unit: unit }],
      };
      const _aws = { Timestamp: now(), CloudWatchMetrics: [definition] };
      write(JSON.stringify({ ...fields, ...all, [name]: value, _aws }));
    },
    with: (more) => createTelemetry(options, { ...fields, ...more }),
  };
}
