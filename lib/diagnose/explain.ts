/** The documentation of the causes as people read it: one cause in a terminal, all of them on a page. */
import type { CauseCode, Side } from '../model/vocabulary.ts';
import type { Cause } from './causes/cause.ts';
import { CAUSE_CODES } from './causes/codes.ts';
import { causes } from './causes/index.ts';

const SIDE = {
  dns: 'dns (whoever runs the DNS zone)',
  network: 'network (firewall, NAT or provider)',
  host: 'host (whoever runs the machine)',
  service: 'service (whoever runs the certificate, web or mail server)',
  prober: 'prober (whoever runs the check)',
} as const satisfies Record<Side, string>;

const SEVERITY = {
  fail: 'fail: breaks the expectation that the endpoint is open',
  warn: 'warn: worth mending, breaks no expectation',
  info: 'info: a remark, changes no verdict',
} as const satisfies Record<Cause['severity'], string>;

/** Causes that leave a check inconclusive: the fault is the tester's, so the target is neither passed nor failed. */
const SEVERITY_OF_PROBER = {
  ...SEVERITY,
  fail: 'inconclusive: nothing is held against the target',
} as const satisfies Record<Cause['severity'], string>;

const severityWords = ({ side, severity }: Cause): string =>
  side === 'prober' ? SEVERITY_OF_PROBER[severity] : SEVERITY[severity];

export const isCauseCode = (text: string): text is CauseCode => Object.hasOwn(causes, text);

/** Documentation of one cause as plain text; paragraphs are single lines, for the terminal to wrap. */
export function explain(code: CauseCode): string {
  const cause = causes[code];
  return [
    code,
    '='.repeat(code.length),
    cause.summary,
    '',
    `Who acts: ${SIDE[cause.side]}`,
    `Severity: ${severityWords(cause)}`,
    '',
    'What proves it',
    cause.proof,
    '',
    'What to do next',
    cause.next,
    ...(cause.references.length > 0
      ? ['', 'References', ...cause.references.map((reference) => `- ${reference}`)]
      : []),
    '',
  ].join('\n');
}

const CLASSES: readonly { prefix: string; title: string; about: string }[] = [
  {
    prefix: 'dns',
    title: 'DNS',
    about: 'The name does not lead to an address that can be probed, or to another one than documented.',
  },
  {
    prefix: 'tcp',
    title: 'TCP',
    about: 'The connection itself: refused, dropped, or accepted by something that then says nothing.',
  },
  {
    prefix: 'tls',
    title: 'TLS',
    about: 'The handshake fails, or the certificate is not what clients accept.',
  },
  { prefix: 'http', title: 'HTTP', about: 'The web server answers something else than what is expected.' },
  {
    prefix: 'smtp',
    title: 'SMTP',
    about: 'The mail session: greeting, extensions, STARTTLS, recipient. No message is ever sent.',
  },
  { prefix: 'ssh', title: 'SSH', about: 'The identification line of the server.' },
  { prefix: 'ntp', title: 'NTP', about: 'The time server, over UDP.' },
  { prefix: 'exposure', title: 'Exposure', about: 'Something is reachable that should not be.' },
  {
    prefix: 'prober',
    title: 'Prober',
    about: "The tester's own faults. They make a check inconclusive and are never held against the target.",
  },
];

/** Text that stands in Markdown as it is: `<`, `*`, `_`, `|` and the like are no markup in it. */
const escaped = (text: string): string =>
  text.replaceAll(/[\\`*_{}[\]<>#|~]/g, (character) => `\\${character}`);

const referenceLine = (reference: string): string =>
  reference.startsWith('https://') && !/\s/.test(reference) ? `<${reference}>` : escaped(reference);

const section = (cause: Cause): string[] => [
  `### ${cause.code}`,
  '',
  `**${escaped(cause.summary)}**`,
  '',
  `Who acts: ${SIDE[cause.side]}. Severity: ${severityWords(cause)}.`,
  '',
  `*What proves it.* ${escaped(cause.proof)}`,
  '',
  `*What to do next.* ${escaped(cause.next)}`,
  '',
  ...(cause.references.length > 0
    ? [`*References.* ${cause.references.map(referenceLine).join('; ')}`, '']
    : []),
];

/** docs/causes.md: every cause, by layer, in the order of the list. */
export function causesPage(): string {
  const byClass = CLASSES.map((one) => ({
    ...one,
    members: CAUSE_CODES.filter((code) => code.startsWith(`${one.prefix}.`)).map((code) => causes[code]),
  }));
  return [
    '# Cause codes',
    '',
    '<!-- Written by bin/causes.ts from lib/diagnose/causes; change it there. -->',
    '',
    'Every finding of a check has one of these codes. A report names the gravest as `cause` and the others under ' +
      '`alsoFound`; `inbound-check explain CODE` prints a section of this page. "Who acts" is the usual side; a report names ' +
      'another one where the evidence says so. The severity is the usual one, too: assertions and options of an endpoint can raise or lower it.',
    '',
    '| code | who acts | in one sentence |',
    '|---|---|---|',
    ...byClass.flatMap(({ members }) =>
      members.map(
        ({ code, side, summary }) =>
          `| [${code}](#${code.replace('.', '')}) | ${side} | ${escaped(summary)} |`,
      ),
    ),
    '',
    ...byClass.flatMap(({ title, about, members }) => [
      `## ${title}`,
      '',
      about,
      '',
      ...members.flatMap(section),
    ]),
  ]
    .join('\n')
    .replace(/\n+$/, '\n');
}
