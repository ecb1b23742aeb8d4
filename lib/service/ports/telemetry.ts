/** Plain values that may be in a log: ids, counts, times, codes. Never a secret, a recipient or text of a peer. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>> & {
  /** The line's own; a field of that name would be dropped. */
  readonly message?: never;
};

export type MetricUnit = 'Count' | 'Milliseconds' | 'Bytes';

/** What a function reports about its own work. Must not throw. */
export interface Telemetry {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** One point of a metric. Few values of few dimensions: each combination is a metric that is paid for. */
  metric(name: string, value: number, unit: MetricUnit, dimensions?: Readonly<Record<string, string>>): void;
  /** The same with these fields in each line. */
  with(fields: LogFields): Telemetry;
}

/** What Lambda says about an invocation. */
export interface Invocation {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}
