import * as z from 'zod';
import { CAUSE_CODES } from './cause-codes.ts';

/** What is probed. `smtps` and `https` use TLS from the first byte. */
export const KINDS = [
  'dns',
  'tcp',
  'tls',
  'http',
  'https',
  'smtp',
  'smtps',
  'mx',
  'ssh',
  'ntp',
  'quic',
  'listener',
] as const;
export const Kind = z.enum(KINDS).meta({ id: 'Kind' });
export type Kind = z.infer<typeof Kind>;

const KNOWN_KINDS: ReadonlySet<string> = new Set(KINDS);
export const isKind = (text: string): text is Kind => KNOWN_KINDS.has(text);

/** The kind in a report: a later version may know more of them. */
export const ReportedKind = z.union([Kind, z.string()]);
export type ReportedKind = z.infer<typeof ReportedKind>;

/** State of an endpoint at one vantage and address (see docs/vocabulary.md). */
export const State = z.enum(['open', 'closed', 'filtered', 'broken', 'inconclusive']).meta({
  id: 'State',
  description: 'State of an endpoint at one vantage and address (see docs/vocabulary.md).',
});
export type State = z.infer<typeof State>;

export const Verdict = z.enum(['pass', 'warn', 'fail', 'inconclusive']).meta({ id: 'Verdict' });
export type Verdict = z.infer<typeof Verdict>;

/** What a listener is spoken to in; `https` and `smtps` use TLS from the first byte, `line` is one line of text each way. */
export const ListenerSpeech = z.enum(['http', 'https', 'smtp', 'smtps', 'line']);
export type ListenerSpeech = z.infer<typeof ListenerSpeech>;

/** Who has to act. */
export const Side = z
  .enum(['dns', 'network', 'host', 'service', 'prober'])
  .meta({ id: 'Side', description: 'Who has to act.' });
export type Side = z.infer<typeof Side>;

/** `open`: the internet must reach it. `closed`: it must not be reachable from the internet. */
export const Expect = z.enum(['open', 'closed']).meta({
  id: 'Expect',
  description: '`open`: the internet must reach it. `closed`: it must not be reachable from the internet.',
});
export type Expect = z.infer<typeof Expect>;

export const Level = z.enum(['required', 'recommended']).meta({ id: 'Level' });
export type Level = z.infer<typeof Level>;

export const CauseCode = z.enum(CAUSE_CODES).meta({ id: 'CauseCode', description: 'See docs/causes.md.' });
export type CauseCode = z.infer<typeof CauseCode>;

/** The cause in a report, an event or a record: a later version may know more of them. */
export const ReportedCause = z.union([CauseCode, z.string()]);
export type ReportedCause = z.infer<typeof ReportedCause>;

/** 4 or 6: the address family of one observation. */
export const Family = z.union([z.literal(4), z.literal(6)]);
export type Family = z.infer<typeof Family>;
