import type { SmtpReply } from '../observation.ts';
import * as words from './refusal-words.ts';

/** Where in the session a reply came. */
export type Stage = 'greeting' | 'ehlo' | 'mail' | 'rcpt';

/** Which property of this client the server refuses. */
export type ClientTrait = 'reverse-name' | 'helo-name' | 'block-list' | 'network' | 'rate' | 'access';

/** Whom or what a 4xx or 5xx is about. */
export type Refusal =
  /** This client, whatever it wants. */
  | { readonly about: 'client'; readonly trait: ClientTrait }
  /** The server says that the client sent before its turn, which this one never does. */
  | { readonly about: 'out-of-turn' }
  /** Postponed on purpose, like the first attempt of every client. */
  | { readonly about: 'greylisting' }
  /** The sender's address; `domain`: because of what DNS says about its domain. */
  | { readonly about: 'sender'; readonly domain: boolean }
  /** This server is not responsible for the recipient's domain. */
  | { readonly about: 'domain' }
  /** The mailbox does not exist, or is disabled. */
  | { readonly about: 'mailbox' }
  | { readonly about: 'mailbox-full' }
  /** Mail is accepted only after a login, or inside TLS. */
  | { readonly about: 'login' }
  | { readonly about: 'encryption' }
  /** The mail system, or what it needs, does not work now. */
  | { readonly about: 'system' }
  /** The reply does not say. */
  | { readonly about: 'unsaid' };

/**
 * Reads a reply that is not 2xx and not 3xx. What names this client comes first, as a client that is refused finds out
 * nothing about the recipient, whatever code the server chose; then enhanced status codes with only one meaning (RFC
 * 3463, RFC 5248 and its registry, RFC 7372, RFC 7505, and Microsoft's own), then words, then the class of the code.
 * X.7.1, X.7.0 and X.5.0 are used for everything, so there the words decide.
 */
export function readRefusal(reply: SmtpReply, stage: Stage): Refusal {
  const text = withoutAddresses(reply.lines.join(' ').slice(0, MAX_READ));
  const enhanced = enhancedCode(reply);
  const temporary = reply.code < 500;
  if (stage === 'greeting' && words.SENT_TOO_EARLY.test(text)) return { about: 'out-of-turn' };
  if (temporary && words.GREYLISTING.test(text)) return { about: 'greylisting' };
  return (
    certain(text, stage) ??
    (enhanced === undefined ? undefined : byEnhancedCode(enhanced, text, temporary)) ??
    byCode(reply.code, text, stage) ??
    byWords(text, stage, temporary) ?? { about: temporary ? 'system' : 'unsaid' }
  );
}

/** Characters of a reply that are read: servers need up to three lines, and hostile ones get no more of our time. */
const MAX_READ = 2_000;

/** `5.7.1`: at the beginning of a line (RFC 2034), or in brackets at its end as qmail has it (`#5.7.1`). */
export function enhancedCode({ lines }: SmtpReply): string | undefined {
  for (const line of [...lines].reverse()) {
    const found = /^\s*[245]\.(\d{1,3}\.\d{1,3})\b/.exec(line) ?? /\(#[245]\.(\d{1,3}\.\d{1,3})\)/.exec(line);
    if (found?.[1] !== undefined) return found[1];
  }
  return undefined;
}

/** A mailbox may be called `dnsbl@` or be at `spamhaus.example`; only the server's own words count. */
const withoutAddresses = (text: string): string =>
  text.replace(/<[^<>\s]*>/g, '<>').replace(/[^\s<>"'(),;:[\]]+@[^\s<>"'(),;:[\]]+/g, '@');

/** Sentences that mean one thing, whatever the code: Postfix's, whose restrictions each have their own, and lists. */
function certain(text: string, stage: Stage): Refusal | undefined {
  if (/client host (rejected|\[)|unverified client/i.test(text)) return client(text, 'access');
  if (/helo command (rejected|\[)|helo (name|domain) (is |was )?(rejected|listed|blocked)/i.test(text))
    return { about: 'client', trait: 'helo-name' };
  if (/sender address (rejected|\[)/i.test(text))
    return { about: 'sender', domain: words.SENDER_DOMAIN.test(text) };
  if (/\brelay access denied|relay not permitted|unable to relay|relaying denied/i.test(text))
    return stage === 'rcpt' ? { about: 'domain' } : undefined;
  // Exim's words for cPanel go on with guesses, "they may be blacklisted" among them.
  if (/sender verify failed|verification failed for <>/i.test(text))
    return { about: 'sender', domain: words.SENDER_DOMAIN.test(text) };
  // A sender's domain on a list is not an address of ours.
  if (words.BLOCK_LIST.test(text) && !/\brecipient\b.{0,40}(block|deny)-?\s?list/i.test(text))
    return { about: 'client', trait: 'block-list' };
  return undefined;
}

/** Which property of the client the words name. */
function client(text: string, otherwise: ClientTrait): Refusal {
  if (words.BLOCK_LIST.test(text)) return { about: 'client', trait: 'block-list' };
  return { about: 'client', trait: traitNamed(text, words.HELO_NAME.test(text)) ?? otherwise };
}

/** @param namesHelo the words name what the client calls itself at EHLO */
function traitNamed(text: string, namesHelo: boolean): ClientTrait | undefined {
  if (words.REVERSE_NAME.test(text)) return 'reverse-name';
  if (namesHelo) return 'helo-name';
  if (words.CLIENT_RATE.test(text)) return 'rate';
  if (words.NETWORK_KIND.test(text)) return 'network';
  return undefined;
}

/** Subject and detail that mean one thing; undefined for the others. */
function byEnhancedCode(code: string, text: string, temporary: boolean): Refusal | undefined {
  const [subject, detail] = code.split('.').map(Number);
  switch (subject) {
    case 1:
      return addressing(detail, temporary, text);
    case 2:
      return mailboxStatus(detail, text, temporary);
    case 3:
      // 5.3.0 is sendmail's code for its access table, and 5.3.2 that of a host that accepts no mail at all.
      return temporary || detail === 1 || detail === 5 ? { about: 'system' } : undefined;
    case 4:
      if (temporary || detail === 6) return { about: 'system' };
      // 5.4.1 of Microsoft 365: the address is not in the directory (directory-based edge blocking).
      return { about: /recipient address rejected/i.test(text) ? 'mailbox' : 'domain' };
    case 7:
      return policy(detail, text);
    default:
      return undefined;
  }
}

/** X.1.Z, RFC 3463 §3.2. */
function addressing(detail: number | undefined, temporary: boolean, text: string): Refusal | undefined {
  switch (detail) {
    case 1:
      // Postfix asks the server behind it (address verification); when that server is down, the mailbox is not missing.
      if (temporary && !words.NO_MAILBOX.test(text.replace(/unverified address.*/i, '')))
        return { about: 'system' };
      return { about: 'mailbox' };
    case 2:
      return { about: 'domain' };
    case 3:
    case 6:
    case 10:
      return { about: 'mailbox' };
    case 7:
      return { about: 'sender', domain: false };
    case 8:
      return { about: 'sender', domain: true };
    default:
      return undefined;
  }
}

/** X.2.Z, RFC 3463 §3.3. */
function mailboxStatus(detail: number | undefined, text: string, temporary: boolean): Refusal | undefined {
  if (detail === 2) return { about: 'mailbox-full' };
  if (words.MAILBOX_FULL.test(text)) return { about: 'mailbox-full' };
  if (detail === 1) return temporary ? { about: 'system' } : { about: 'mailbox' };
  return undefined;
}

/** Microsoft's own numbers of recipients that accept mail only from some senders. */
const MICROSOFT_RESTRICTED: ReadonlySet<number> = new Set([12, 124, 129, 131, 132, 133, 134, 135, 136]);
/** Microsoft's own numbers that are about the sender's domain. */
const MICROSOFT_SENDER: ReadonlySet<number> = new Set([509, 512, 515]);

/** X.7.Z: RFC 3463 §3.8, RFC 7372, RFC 7505, the registry of RFC 5248, and Microsoft's. */
function policy(detail: number | undefined, text: string): Refusal | undefined {
  switch (detail) {
    case 10:
    case 11:
      return { about: 'encryption' };
    case 57:
      return { about: 'login' };
    case 13:
    case 17:
      return { about: 'mailbox' };
    case 18:
    case 54:
    case 64:
      return { about: 'domain' };
    case 20:
    case 21:
    case 22:
    case 23:
    case 24:
    case 26:
    case 27:
      return { about: 'sender', domain: true };
    case 25:
      return { about: 'client', trait: 'reverse-name' };
    case 28:
      return { about: 'client', trait: 'rate' };
    default:
      break;
  }
  if (detail !== undefined && MICROSOFT_RESTRICTED.has(detail)) return { about: 'unsaid' };
  if (detail === undefined || detail < 500 || detail > 750) return undefined;
  if (MICROSOFT_SENDER.has(detail)) return { about: 'sender', domain: true };
  // 500 to 599: the address is throttled; 600 to 699: banned; 700 to 750: its tenant or network is.
  return client(text, detail < 600 ? 'rate' : detail < 700 ? 'block-list' : 'access');
}

/** Codes of RFC 5321 and its extensions whose meaning is clear without the text. */
function byCode(code: number, text: string, stage: Stage): Refusal | undefined {
  switch (code) {
    case 530:
      return { about: words.ENCRYPTION.test(text) ? 'encryption' : 'login' };
    case 523:
    case 538:
      return { about: 'encryption' };
    case 534:
    case 535:
      return { about: 'login' };
    case 452:
      return { about: words.MAILBOX_FULL.test(text) ? 'mailbox-full' : 'system' };
    case 552:
      return stage === 'rcpt' ? { about: 'mailbox-full' } : undefined;
    default:
      return undefined;
  }
}

function byWords(text: string, stage: Stage, temporary: boolean): Refusal | undefined {
  const atRcpt = stage === 'rcpt';
  if (atRcpt && words.NOT_SERVED.test(text)) return { about: 'domain' };
  if (atRcpt && words.NO_MAILBOX.test(text)) return { about: 'mailbox' };
  const trait = traitNamed(text, namesHelo(text, stage));
  if (trait !== undefined) return { about: 'client', trait };
  if (stage !== 'greeting' && words.SENDER.test(text))
    return { about: 'sender', domain: words.SENDER_DOMAIN.test(text) };
  if (words.ENCRYPTION.test(text)) return { about: 'encryption' };
  if (words.LOGIN.test(text)) return { about: 'login' };
  if (atRcpt && words.MAILBOX_FULL.test(text)) return { about: 'mailbox-full' };
  if (atRcpt && !temporary && words.MAILBOX_DISABLED.test(text)) return { about: 'mailbox' };
  if (temporary && words.SYSTEM.test(text)) return { about: 'system' };
  if (words.CLIENT_REFUSED.test(text)) return client(text, 'access');
  // Only the client has been named so far. In every language its address is an "IP", and many quote it.
  if ((stage === 'ehlo' || stage === 'greeting') && words.CLIENT_ADDRESS.test(text))
    return { about: 'client', trait: 'access' };
  if ((stage === 'ehlo' || stage === 'greeting') && /access denied|not allowed|blocked by/i.test(text))
    return { about: 'client', trait: 'access' };
  return undefined;
}

/** "Send HELO first" and "EHLO not recognized" are not about a name. */
const namesHelo = (text: string, stage: Stage): boolean =>
  words.HELO_NAME.test(text) &&
  !/first|polite|unrecogni[sz]ed|not (recogni[sz]ed|implemented|supported|understood)|unknown command|bad sequence|duplicate|command (unknown|disabled)/i.test(
    text,
  ) &&
  (stage !== 'ehlo' ||
    /name|argument|domain|invalid|address|forged|host|reject|literal|syntactically/i.test(text));
