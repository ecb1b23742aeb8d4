import * as z from 'zod';
import { FirstBytes } from '../../model/observed.ts';
import { ListenerSpeech } from '../../model/vocabulary.ts';
import { connected } from '../contract/common-observation.ts';
import { TlsResult } from '../contract/tls-result.ts';

export const ListenerResult = z.object({
  speech: ListenerSpeech,
  /**
   * `proven`: a proof for this challenge, made with the code, in our TLS session where there is one. `other-session`: so, but in
   * another TLS session, or with TLS at one end alone. `wrong-proof`: one for another challenge, of another code, or forged.
   * `no-proof`: none. `unverified`: no code was given, whatever came.
   */
  status: z.enum(['proven', 'other-session', 'wrong-proof', 'no-proof', 'unverified']),
  /** As the answer's proof line says that its sender saw them: `203.0.113.7:443`, `[2001:db8::7]:443`. */
  destination: z.string().optional(),
  source: z.string().optional(),
  /** Clock of whoever sent the proof line, Unix time in seconds. */
  listenerTime: z.number().optional(),
  /** The proof line also covers a TLS session. */
  tlsProof: z.literal(true).optional(),
  /** It was asked in clear after TLS had failed. */
  tlsFailed: z.literal(true).optional(),
  /** It was asked below /Temporary_Listen_Addresses/, after a web server had answered without a proof. */
  beside: z.literal(true).optional(),
  /** Hexadecimal SHA-256 over the nonce of the challenge and its words: whoever has the nonce, as the listener's log has it, finds this connection. */
  wordsDigest: z.string().optional(),
  /** To compare words that a person read aloud, without showing them here. */
  readBack: z.object({ salt: z.string(), sha256: z.string() }).optional(),
  /** What came back; the challenge and its words are taken out. */
  read: FirstBytes,
});
export type ListenerResult = z.infer<typeof ListenerResult>;

export const ListenerObservation = z.object({
  kind: z.literal('listener'),
  ...connected,
  /** Of a handshake only how it ended: a listener's certificate is made for the occasion and says nothing. */
  tls: TlsResult.optional(),
  listener: ListenerResult.optional(),
});
export type ListenerObservation = z.infer<typeof ListenerObservation>;
