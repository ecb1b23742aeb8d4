/** The words of the report page in English. What is in `markup` is HTML with the marks of the templates, and never data. */
import { SIDE_WORDS, UNKNOWN_CAUSE, VERDICT_TITLE } from './common-words.ts';

const counted = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

export const english = {
  language: 'en',
  verdict: VERDICT_TITLE,
  /** In a count: `2 failed`. */
  verdictCounted: { pass: 'passed', warn: 'with a warning', fail: 'failed', inconclusive: 'inconclusive' },
  verdictBefore: { pass: 'passed', warn: 'warning', fail: 'failed', inconclusive: 'inconclusive' },
  side: SIDE_WORDS,
  /** In a narrow column. */
  sideShort: { dns: 'dns', network: 'network', host: 'host', service: 'service', prober: 'prober' },
  state: {
    open: 'open',
    closed: 'closed',
    filtered: 'filtered',
    broken: 'broken',
    inconclusive: 'inconclusive',
  },
  level: { required: 'required', recommended: 'recommended' },
  unknownCause: UNKNOWN_CAUSE,

  endpoints: (number: number) => counted(number, 'endpoint'),
  days: (number: number) => counted(number, 'day'),
  andMore: (number: number) => ` and ${number} more`,
  to: 'to',

  targets: 'Targets',
  target: 'Target',
  profile: 'Profile',
  checked: 'Checked',
  took: 'Took',
  run: 'Run',
  contact: 'Questions about this test',

  /** About who asked, and why the fleet may probe. */
  authorisation: {
    Redacted: 'Redacted',
    'Asked for by': 'Asked for by',
    Authorised: 'Authorised',
    'During maintenance': 'During maintenance',
    Acknowledged: 'Acknowledged',
  } as Readonly<Record<string, string>>,

  measuredWith: (settings: string, more: number) =>
    `Measured with ${settings}${more > 0 ? `; and ${more} more` : ''}.`,

  controlPort: (port: number) => `port ${port}`,
  controlFamily: (family: number) => ` over IPv${family}`,
  controlAnswered: 'answered',
  controlSilent: 'did not answer',
  negativeControl: (address: string, isClean: boolean, detail: string) =>
    `negative control ${address}: ${isClean ? 'did not connect, as it must be' : 'connected, so this network answers for everyone'} (${detail})`,
  controlsFailed: (bad: number, all: number) => `${bad} of ${counted(all, 'control')} failed`,
  controlsClean: (all: number) => `${counted(all, 'control')}, all clean`,
  noControls: 'No controls',
  gaveNoResult: 'Gave no result',

  position: {
    internet: 'on the internet',
    'allow-listed': 'on the allow-list',
    inside: 'inside the network',
  } as Readonly<Record<string, string>>,
  source: (addresses: string) => `source ${addresses}`,
  sourceUnknown: 'source address not known',
  seenAt: (address: string, time: string) => `${address}, seen at ${time}`,
  and: ', and ',
  seenByNamed: 'by the reflector that was named; another connection may use another',
  seenByOwn: 'by our own reflector; AWS may use another for another connection',
  notKnown: 'not known',
  byReflector: (address: string) => `${address} by reflector`,

  endpointsSeenFrom: (vantage: string) => `Endpoints as seen from ${vantage}`,
  withoutResult: (number: number) => `${number} without result`,
  noResult: 'no result',
  faulty: 'faulty',
  before: (state: string) => `, before ${state}`,

  lastRuns: (number: number) => `Last ${number} runs, the newest last`,
  since: (verdict: string, isAtLeast: boolean) => `${verdict}${isAtLeast ? ', at least since' : ' since'}`,
  sinceRunBefore: 'Since the run before',
  sinceRunPassed: 'Since the last run that passed',

  expected: 'Expected',
  expectedOpen: 'reachable from the internet',
  expectedClosed: 'not reachable from the internet',
  checkedBecause: 'Checked because',
  sourceOfRule: 'Source',
  note: 'Note',
  flapped: 'The attempts disagreed: the failure did not repeat.',
  mustBeOpen: 'must be reachable',
  mustBeClosed: 'must not be reachable',

  attempt: (number: number) => `, attempt ${number}`,
  sameFrom: (vantages: string) => `The same from ${vantages}.`,
  timing: 'Timing',
  timings: {
    dns: 'dns',
    connect: 'connect',
    tls: 'tls',
    'first byte': 'first byte',
    total: 'total',
  } as Readonly<Record<string, string>>,
  exchange: (lines: number) =>
    `Exchange (→ sent, ← received, · event), ${counted(lines, 'line')}, times in UTC`,
  chainSentTo: (where: string, vantages: string) => `${where}, sent to ${vantages}`,

  phases: {
    dns: 'DNS look-up',
    connect: 'TCP connect',
    tls: 'TLS handshake',
    first: 'wait for the first byte',
    rest: 'waiting in vain, or further steps',
  },

  chain: {
    noName: '(no name)',
    itself: 'itself',
    expired: (days: string) => `expired ${days} before the check`,
    notYet: (days: string) => `not valid until ${days} after the check`,
    forNames: (names: string) => `for ${names}`,
    selfSigned: 'signed by itself: no authority vouches for it',
    untrustedRoot: 'this root is not among the trusted ones',
    leadsToUntrusted: (issuer: string) => `leads to ${issuer}, a root that is not trusted`,
    issuerMissing: (issuer: string) => `its issuer ${issuer} was not sent`,
    badSignature: (issuer: string) => `the signature of ${issuer} does not verify`,
    invalid: 'leads to a trusted root, but breaks a rule on the way',
    anchor: 'trusted root, known to the tester',
    root: 'root, sent by the server',
    server: 'server',
    intermediate: 'intermediate',
    nameMismatch: 'the name does not match',
    signedBy: 'signed by',
    needless: 'sent, but not needed',
  },

  joined: {
    more: (number: number) => `And ${number} more: see the data.`,
    unsigned: (command: string, sha256: string, report: string) =>
      `Joined with unsigned text that a person sent (${command}): nobody has sealed it, and its clock is local. SHA-256 of the text ${sha256}, of the report ${report}.`,
    log: (when: string, clock: string, sha256: string, report: string) =>
      `Joined with the log of a listener${when}${clock}. SHA-256 of the log ${sha256}, of the report ${report}.`,
    ran: (from: string, until: string) => ` that ran from ${from} to ${until} by its own clock`,
    clockRight: ', which is right to a second',
    clockAhead: (seconds: number) => `, which is ${seconds} s ahead of the prober’s`,
    clockBehind: (seconds: number) => `, which is ${seconds} s behind the prober’s`,
    reportUnsigned: ' That report had no signature, so that nobody can tell whether it was altered before.',
  },

  clients: { connects: {} as Readonly<Record<string, string>> },

  script: {
    zone: 'en',
    here: 'here',
    copy: 'Copy',
    copyOf: 'Copy: ',
    copied: 'Copied',
    select: 'Select it yourself',
    unfold: 'Unfold all',
    fold: 'Fold all',
    print: 'Print',
    save: 'Save the data (JSON)',
    saved: 'Saved',
    /** Of a link, whose server has both. */
    otherLanguage: 'de',
    otherLanguageName: 'Deutsch',
  },

  markup: {
    issuedBy: 'issued by',
    valid: 'valid',
    sawOf: 'What each vantage saw of <%= it.id %>',
    vantage: 'Vantage',
    saw: 'Saw',
    from: 'From',
    to: 'To',
    when: 'When',
    took: 'Took',
    axis: 'Timing, 0 to <%= it.observed.axis %>',
    nothingChanged: 'nothing changed.',
    repeat: 'Repeat it with your own tools',
    clients: 'Who can connect',
    seenBy: 'As seen by <%= each.seenBy %>',
    clientsOf: 'Who can connect to <%= it.id %>',
    client: 'Client',
    connects: 'Connects',
    why: 'Why',
    knownBy: 'Known by',
    diagnosis: 'Diagnosis',
    alsoFound: 'Also found:',
    proof: 'What proves it',
    whoActs: 'Who has to act',
    whatToDo: 'What to do',
    rule: 'Rule, ready to paste',
    find: 'To find the packet there:',
    furtherRules:
      'The data of this page, and <span class="mono">check --firewall NAME</span>, have those for <%= it.furtherRules %>, too, and how to find the packet on each.',
    whatSeen: 'What each vantage saw',
    whatSeenOf: ' of <span class="mono"><%= it.observed.to %></span>',
    chain: 'Certificate chain',
    evidence: 'Evidence: what was sent and what came back',
    gaveNoResult: 'Gave no result:',
    controlsMissing: 'No controls: a timeout seen from here proves nothing about the far end.',
    bothEnds: 'What both ends know',
    matrix: 'Endpoints by vantage',
    verdict: 'Verdict',
    endpoint: 'Endpoint',
    act: 'To act',
    verifier:
      'The program that checks this page, <code>inbound-check verify FILE</code>, is to be had there, too.',
    trust: 'How far to trust this page',
    times:
      'Times are UTC<span class="scripted">, followed by your own zone where it is another</span>. A control is a host known to answer on a port: only while it answers is silence of a target blamed on the target. The negative control is a reserved address that must not connect: if it does, the network of the vantage answers for everyone.',
    shortened:
      'To keep the page small some evidence of many that say the same is left out; all of it is in the data inside the page (Save the data, or <code>inbound-check verify --json OUT FILE</code>).',
    signed:
      'Page and data are signed (Ed25519) by the key <code><%= it.keyId %></code>. Compare it with what the sender tells you by another way, then run <code>inbound-check verify --key <%= it.keyId %> FILE</code>: it says whether one byte of either was altered.',
    unsigned: 'This page is not signed.',
    run: 'Run',
    canonical: 'canonical JSON',
    skip: 'Skip to the endpoints',
    brand: 'reachability report',
    partial: 'Cut short: this is what was measured until then.',
    sides: 'To act:',
    where: 'Where it was seen from',
    endpoints: 'Endpoints',
    pass: '<%= it.folded.length %> endpoints pass',
    passAbout: 'What was seen of each of them is in the data inside the page.',
    findings: 'Findings and evidence',
    legend: 'Bars under “Timing”:',
    /** A remark below the headline, in a translation alone. */
    translated: '',
  },
} as const satisfies Texts;

type Text = string | ((...values: never[]) => string);
interface Texts {
  readonly [name: string]: Text | Texts;
}

/** The same names and values, with any text. */
type SameNames<T> = {
  readonly [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...values: infer Values) => string
      ? (...values: Values) => string
      : SameNames<T[K]>;
};

export type PageWords = SameNames<typeof english>;
