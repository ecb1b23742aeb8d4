/** What is sent to a listener, protocol by protocol: the challenge and its words, where any server's log shows them. */
import type { ProbeSpec } from '../../model/plan.ts';
import type { ListenerSpeech } from '../../model/vocabulary.ts';
import { bracketed, hostPort } from '../../net/host-port.ts';
import { type Challenge, challengeText } from './proof.ts';
import { wordsOf } from './words.ts';

export interface ChallengeRequest {
  readonly bytes: string;
  /** The same for the evidence, without the challenge and its words. */
  readonly shown: string;
}

export function challengeRequest(
  speech: ListenerSpeech,
  challenge: Challenge,
  { host, port }: Pick<ProbeSpec, 'host' | 'port'>,
  userAgent: string,
  folder = '/',
): ChallengeRequest {
  const text = challengeText(challenge);
  const words = wordsOf(challenge.nonce);
  switch (speech) {
    case 'http':
    case 'https': {
      const head = (path: string): string =>
        `GET ${path} HTTP/1.1\r\nHost: ${authority(speech, host, port)}\r\nUser-Agent: ${userAgent}\r\nAccept: */*\r\nConnection: close\r\n\r\n`;
      return { bytes: head(`${folder}${text}/${words}`), shown: head(`${folder}${HIDDEN}`) };
    }
    case 'smtp':
    case 'smtps': {
      // RFC 6761 §6.4: no host has such a name, so nobody is taken for someone else. A label holds 63 characters at most.
      const ehlo = (name: string): string => `EHLO ${name}.invalid\r\n`;
      return { bytes: ehlo(`${words}.${text}`), shown: ehlo(HIDDEN) };
    }
    case 'line':
      return { bytes: `${text} ${words}\r\n`, shown: `${HIDDEN}\r\n` };
    default:
      return speech satisfies never;
  }
}

/** Where http.sys lets every program on Windows listen beside IIS, on port 80 (`netsh http show urlacl`). */
export const WINDOWS_FOLDER = '/Temporary_Listen_Addresses/';

/** Takes the place of the challenge and its words wherever they are shown. */
const HIDDEN = '(challenge)';

/** A peer's text without the challenge and its words, which it may repeat. */
export function withoutChallenge(text: string, { run, nonce }: Challenge): string {
  const words = wordsOf(nonce).split('-').join('[^a-z0-9]?');
  return text.replace(new RegExp(`(?:icl1-)?(?:${run}-)?${nonce}|${words}`, 'gi'), HIDDEN);
}

const authority = (speech: 'http' | 'https', host: string, port: number): string =>
  port === (speech === 'http' ? 80 : 443) ? bracketed(host) : hostPort(host, port);
