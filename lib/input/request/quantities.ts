/** Numbers, durations and HOST:PORT pairs as a person writes them. */
import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import { type Host, parseHost } from './host.ts';
import { quote } from './quote.ts';

export function parseInteger(text: string, min: number, max: number): ParseResult<number> {
  const value = /^[0-9]{1,15}$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max
    ? parsed(value)
    : inputError(`expected a whole number from ${min} to ${max}, not ${quote(text)}`);
}

export function parsePort(text: string): ParseResult<number> {
  const port = parseInteger(text, 1, 65_535);
  return port.ok ? port : inputError(`a port is a whole number from 1 to 65535, not ${quote(text)}`);
}

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, '': 1 } as const;

/** Milliseconds from `1500`, `1500ms`, `1.5s`, `2m` or `1h`; `min` and `max` in ms. */
export function parseDuration(text: string, min: number, max: number): ParseResult<number> {
  const match = /^([0-9]{1,12}(?:\.[0-9]{1,3})?)(ms|s|m|h|)$/.exec(text);
  const value = match ? Math.round(Number(match[1]) * UNITS[match[2] as keyof typeof UNITS]) : Number.NaN;
  return value >= min && value <= max
    ? parsed(value)
    : inputError(
        `expected a duration from ${durationWords(min)} to ${durationWords(max)}, as 1500 (ms), 1.5s or 2m, not ${quote(text)}`,
      );
}

/** The largest unit that a bound is a whole number of; bounds are written like that in the source. */
function durationWords(ms: number): string {
  const unit = (['h', 'm', 's'] as const).find((one) => ms > 0 && ms % UNITS[one] === 0) ?? 'ms';
  return `${ms / UNITS[unit]}${unit}`;
}

export interface HostPort extends Host {
  readonly port: number;
}

/** `host:port`, `1.2.3.4:port` or `[v6]:port`. Without a port: `defaultPort`, or an error when there is none. */
export function parseHostPort(text: string, defaultPort?: number): ParseResult<HostPort> {
  const match = /^(\[[^\]]*\]|[^:]*)(?::([^:]*))?$/.exec(text);
  if (!match)
    return inputError(
      `expected HOST:PORT, with an IPv6 address in brackets, as [2001:db8::1]:443, not ${quote(text)}`,
    );
  const host = parseHost(match[1] ?? '');
  if (!host.ok) return host;
  const portText = match[2];
  if (portText === undefined && defaultPort !== undefined)
    return parsed({ ...host.value, port: defaultPort });
  if (portText === undefined || portText === '')
    return inputError(`expected HOST:PORT, but ${quote(text)} has no port`);
  const port = parsePort(portText);
  return port.ok ? parsed({ ...host.value, port: port.value }) : port;
}
