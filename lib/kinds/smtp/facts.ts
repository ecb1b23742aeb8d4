import { duration } from '../../model/units.ts';
import { connectFacts, proxyHeaderFacts } from '../connection/connection-facts.ts';
import { endWords } from '../connection/outcome-words.ts';
import { tlsFacts } from '../connection/tls-facts.ts';
import type { EvidenceOf } from '../contract/evidence.ts';
import { type Fact, fact } from '../contract/fact.ts';
import type { SmtpObservation, SmtpReply, SmtpResult } from './observation.ts';

export const smtpFacts = ({ connect, smtp }: EvidenceOf<SmtpObservation>): Fact[] => [
  ...connectFacts(connect),
  ...(smtp === undefined
    ? []
    : [
        ...greetingFacts(smtp),
        ...starttlsFacts(smtp),
        ...mailFacts(smtp),
        ...mxFacts(smtp),
        ...endFacts(smtp),
      ]),
];

const reply = ({ code, lines }: SmtpReply): string => `${code} ${lines.join(' / ')}`.trimEnd();

function greetingFacts(smtp: SmtpResult): Fact[] {
  const { banner, bannerMs, ehlo, helo, tooLarge, longestLine, lastPhase } = smtp;
  return [
    ...proxyHeaderFacts(smtp.proxyHeader),
    ...fact('Banner', banner && reply(banner)),
    ...fact('Banner after', bannerMs === undefined ? undefined : duration(bannerMs)),
    ...fact(`No SMTP reply (${lastPhase})`, smtp.notSmtp),
    ...fact(`Unfinished reply (${lastPhase})`, smtp.unfinished),
    ...fact('Cut off', tooLarge && `more than ${tooLarge.limit} (${tooLarge.what})`),
    ...fact('Longest line', longestLine === undefined ? undefined : `${longestLine} bytes (RFC 5321: 512)`),
    ...fact('EHLO', ehlo && `${ehlo.code} ${ehlo.lines[0] ?? ''}`),
    ...fact('HELO', helo && reply(helo)),
    ...fact('Extensions', smtp.extensions?.join(', ')),
  ];
}

function starttlsFacts(smtp: SmtpResult): Fact[] {
  const { starttlsOffered, starttlsMasked, starttls, discardedAfterStarttls, ehloAfterTls } = smtp;
  const offer = starttlsMasked ? 'masked (X’s)' : starttlsOffered ? 'offered' : 'not offered';
  return [
    ...fact('STARTTLS', starttlsOffered === undefined ? undefined : offer),
    ...fact('Reply to STARTTLS', starttls && reply(starttls)),
    ...fact(
      'Sent in clear after STARTTLS',
      discardedAfterStarttls === undefined
        ? undefined
        : `${discardedAfterStarttls} bytes, discarded (CVE-2011-0411)`,
    ),
    ...tlsFacts(smtp.tls),
    ...fact('EHLO after TLS', ehloAfterTls?.code),
    ...fact('Extensions after TLS', smtp.extensionsAfterTls?.join(', ')),
  ];
}

function mailFacts(smtp: SmtpResult): Fact[] {
  const { mail, recipient, relay, quit, outOfStep, stutter, slowRepliesMs, ptr } = smtp;
  return [
    ...fact('MAIL FROM', mail && reply(mail)),
    ...(recipient === undefined ? [] : fact(`RCPT TO ${recipient.address}`, reply(recipient.reply))),
    ...(relay === undefined ? [] : fact(`RCPT TO ${relay.address} (foreign)`, reply(relay.reply))),
    ...fact('QUIT', quit && reply(quit)),
    ...fact('Reply to nothing that was sent', outOfStep && reply(outOfStep.reply)),
    ...fact('Byte by byte', stutter && `${stutter.bytes} bytes in ${duration(stutter.ms)}`),
    ...fact('Each reply after', slowRepliesMs === undefined ? undefined : duration(slowRepliesMs)),
    ...fact('PTR', ptr?.join(', ')),
  ];
}

function mxFacts({ mx }: SmtpResult): Fact[] {
  if (mx === undefined) return [];
  const records = mx.records.map(({ preference, exchange }) => `${preference} ${exchange}`);
  const aliases = mx.records.flatMap(({ exchange, alias }) =>
    alias === undefined ? [] : [`${exchange} is an alias of ${alias}`],
  );
  return [
    ...fact(`MX of ${mx.domain}`, mx.error ?? (mx.nullMx ? 'null MX (RFC 7505)' : records.join(', '))),
    ...fact('MX by alias', aliases.join(', ')),
    ...fact('MX addresses', mx.addresses.join(', ')),
  ];
}

const endFacts = ({ end, lastPhase }: SmtpResult): Fact[] =>
  end === 'complete' ? [] : fact('Session ended', `in ${lastPhase}: ${endWords(end)}`);
