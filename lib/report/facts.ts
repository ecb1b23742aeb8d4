/** What an observation saw, as short "label: value" lines in the words of the people who read reports. */
import type {
  DnsResult,
  FirstBytes,
  HttpResult,
  SmtpReply,
  SmtpResult,
  TlsResult,
} from '../model/observation.ts';
import type { ReportObservation } from '../model/report.ts';
import { type Evidence, readEvidence } from './evidence.ts';
import { connectWords, endWords, handshakeWords, hopWords, trustWords } from './outcome-words.ts';
import { duration, utc } from './words.ts';

export interface Fact {
  readonly label: string;
  readonly value: string;
}

/** Collects facts; an absent value is no fact. */
const collector = () => {
  const facts: Fact[] = [];
  const add = (label: string, value: string | number | undefined): void => {
    if (value !== undefined && value !== '') facts.push({ label, value: String(value) });
  };
  return { facts, add };
};
type Add = ReturnType<typeof collector>['add'];

const reply = ({ code, lines }: SmtpReply): string => `${code} ${lines.join(' / ')}`.trimEnd();

function addRead(add: Add, read: FirstBytes): void {
  add('Answer', read.bytes > 0 ? `${read.bytes} bytes: ${read.text}` : `no byte; ${endWords(read.end)}`);
}

function addTls(add: Add, tls: TlsResult): void {
  add('TLS handshake', handshakeWords(tls.handshake));
  add('TLS version', tls.protocol);
  add('Cipher', tls.cipher);
  add('ALPN', tls.alpn);
  add('Server name sent', tls.servername);
  if (tls.nameMatch)
    add('Certificate name', tls.nameMatch.ok ? 'matches' : (tls.nameMatch.reason ?? 'differs'));
  if (tls.trust) add('Chain', trustWords(tls.trust));
  const leaf = tls.chain?.[0];
  if (leaf) add('Certificate expires', utc(leaf.notAfter));
  if (tls.chainLength !== undefined) add('Certificates sent', tls.chainLength);
  add('Oldest TLS accepted', tls.oldestProtocol);
  if (tls.ocspStapledBytes !== undefined) add('Stapled OCSP', `${tls.ocspStapledBytes} bytes`);
  if (tls.mustStaple) add('Must staple', 'the certificate demands a stapled OCSP response (RFC 7633)');
  if (tls.receivedBytes !== undefined) add('Received before the failure', `${tls.receivedBytes} bytes`);
}

function addHttp(add: Add, http: HttpResult): void {
  for (const hop of http.hops) add(`GET ${hop.url}`, `${hopWords(hop)} (from ${hop.address})`);
  if (http.refusedRedirect)
    add('Redirect not followed', `${http.refusedRedirect.url}: ${http.refusedRedirect.reason}`);
  if (http.stopped === 'loop' || http.stopped === 'too-many-redirects') add('Redirects', http.stopped);
  if (http.stopped === 'redirect-unresolvable') add('Redirects', 'the next host does not resolve');
  add('Title', http.title);
  if (http.bodyBytes !== undefined)
    add('Body', `${http.bodyBytes} bytes${http.bodyTruncated ? ' (cut off at the limit)' : ''}`);
  add('Body SHA-256', http.bodySha256);
  if (http.bodyContains !== undefined) add('Expected text', http.bodyContains ? 'found' : 'not found');
  add('HSTS', http.hsts);
  if (http.http2 !== undefined) add('HTTP/2', http.http2 ? 'offered' : 'not offered');
  const last = http.hops.at(-1);
  for (const [name, value] of Object.entries(last?.headers ?? {})) {
    const known = ['location', 'strict-transport-security'].includes(name.toLowerCase());
    if (!known) add(`Header ${name}`, value);
  }
  if (last?.tls) addTls(add, last.tls);
}

function addSmtp(add: Add, smtp: SmtpResult): void {
  if (smtp.banner) add('Banner', reply(smtp.banner));
  if (smtp.bannerMs !== undefined) add('Banner after', duration(smtp.bannerMs));
  add(`No SMTP reply (${smtp.lastPhase})`, smtp.notSmtp);
  add(`Unfinished reply (${smtp.lastPhase})`, smtp.unfinished);
  if (smtp.tooLarge) add('Cut off', `more than ${smtp.tooLarge.limit} (${smtp.tooLarge.what})`);
  if (smtp.longestLine !== undefined) add('Longest line', `${smtp.longestLine} bytes (RFC 5321: 512)`);
  if (smtp.ehlo) add('EHLO', `${smtp.ehlo.code} ${smtp.ehlo.lines[0] ?? ''}`);
  if (smtp.helo) add('HELO', reply(smtp.helo));
  if (smtp.extensions) add('Extensions', smtp.extensions.join(', '));
  if (smtp.starttlsOffered !== undefined)
    add('STARTTLS', smtp.starttlsMasked ? 'masked (X’s)' : smtp.starttlsOffered ? 'offered' : 'not offered');
  if (smtp.starttls) add('Reply to STARTTLS', reply(smtp.starttls));
  if (smtp.discardedAfterStarttls !== undefined)
    add('Sent in clear after STARTTLS', `${smtp.discardedAfterStarttls} bytes, thrown away (CVE-2011-0411)`);
  if (smtp.tls) addTls(add, smtp.tls);
  if (smtp.ehloAfterTls) add('EHLO after TLS', String(smtp.ehloAfterTls.code));
  if (smtp.extensionsAfterTls) add('Extensions after TLS', smtp.extensionsAfterTls.join(', '));
  if (smtp.mail) add('MAIL FROM', reply(smtp.mail));
  if (smtp.recipient) add(`RCPT TO ${smtp.recipient.address}`, reply(smtp.recipient.reply));
  if (smtp.relay) add(`RCPT TO ${smtp.relay.address} (foreign)`, reply(smtp.relay.reply));
  if (smtp.ptr) add('PTR', smtp.ptr.join(', '));
  if (smtp.mx) {
    const records = smtp.mx.records.map(({ preference, exchange }) => `${preference} ${exchange}`);
    add(
      `MX of ${smtp.mx.domain}`,
      smtp.mx.error ?? (smtp.mx.nullMx ? 'null MX (RFC 7505)' : records.join(', ')),
    );
    add('MX addresses', smtp.mx.addresses.join(', '));
  }
  if (smtp.end !== 'complete') add('Session ended', `in ${smtp.lastPhase}: ${endWords(smtp.end)}`);
}

function addDns(add: Add, dns: DnsResult): void {
  add('Name asked for', dns.name);
  add('Asked of', dns.servers.join(', '));
  add('Aliases (CNAME)', dns.cnames.join(' → '));
  for (const { type, name, server, records, code, ms } of dns.answers) {
    const of = name === undefined ? '' : ` of ${name}`;
    const by = server === undefined ? '' : `, from ${server}`;
    add(`${type}${of}`, `${records.length > 0 ? records.join(', ') : code} (${duration(ms)}${by})`);
  }
  for (const { address, range } of dns.refused ?? []) add('Not dialled', `${address}: ${range}`);
  if (dns.control) add('Root asked of', `${dns.control.server}: ${dns.control.code}`);
  if (dns.secondOpinion) add('Second resolver', `${dns.secondOpinion.server}: ${dns.secondOpinion.code}`);
}

/** Facts of an observation, in the order in which a reader asks for them. Values are raw: the format escapes. */
export function observationFacts(
  observation: ReportObservation,
  evidence: Evidence = readEvidence(observation.evidence),
): Fact[] {
  const { facts, add } = collector();
  if (evidence.connect) add('Connection', connectWords(evidence.connect));
  if (evidence.dns) addDns(add, evidence.dns);
  if (evidence.read) addRead(add, evidence.read);
  if (evidence.ssh) {
    add('Identification', evidence.ssh.identification);
    if (evidence.ssh.identification === undefined) addRead(add, evidence.ssh.read);
  }
  if (evidence.ntp) {
    add(
      'NTP',
      `${evidence.ntp.status}, stratum ${evidence.ntp.stratum}, reference ${evidence.ntp.referenceId}`,
    );
    add('Clock offset', `${evidence.ntp.offsetMs} ms`);
  }
  if (evidence.tls) addTls(add, evidence.tls);
  if (evidence.http) addHttp(add, evidence.http);
  if (evidence.smtp) addSmtp(add, evidence.smtp);
  for (const { name, json } of evidence.other) add(name, json);
  return facts;
}
