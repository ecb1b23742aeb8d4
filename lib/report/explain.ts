/** The documentation of the causes as people read it: one cause in a terminal, all of them on a page. */

import { causeGroups, causes } from '../kinds/causes.ts';
import type { Cause } from '../kinds/contract/cause.ts';
import { CAUSE_CODES, CAUSE_DEFAULTS } from '../model/cause-codes.ts';
import type { Fault } from '../model/finding.ts';
import type { CauseCode, Side } from '../model/vocabulary.ts';

const SIDE = {
  dns: 'dns (the operator of the DNS zone)',
  network: 'network (firewall, NAT or provider)',
  host: 'host (the operator of the machine)',
  service: 'service (the operator of the certificate, web or mail server)',
  prober: 'prober (the person who runs the check)',
} as const satisfies Record<Side, string>;

const SEVERITY = {
  fail: 'fail: breaks the expectation that the endpoint is open',
  warn: 'warn: worth fixing, breaks no expectation',
  info: 'info: a remark, changes no verdict',
} as const satisfies Record<Fault['severity'], string>;

/** Causes that leave a check inconclusive: the fault is the tester's, so the target is neither passed nor failed. */
const SEVERITY_OF_PROBER = {
  ...SEVERITY,
  fail: 'inconclusive: nothing is blamed on the target',
} as const satisfies Record<Fault['severity'], string>;

function severityWords(code: CauseCode): string {
  const { side, severity } = CAUSE_DEFAULTS[code];
  return side === 'prober' ? SEVERITY_OF_PROBER[severity] : SEVERITY[severity];
}

const whoActs = (code: CauseCode): string => SIDE[CAUSE_DEFAULTS[code].side];

export const isCauseCode = (text: string): text is CauseCode => Object.hasOwn(causes, text);

/** Documentation of one cause as plain text; paragraphs are single lines, for the terminal to wrap. */
export function explain(code: CauseCode): string {
  const cause = causes[code];
  return [
    code,
    '='.repeat(code.length),
    cause.summary,
    '',
    `Who acts: ${whoActs(cause.code)}`,
    `Severity: ${severityWords(cause.code)}`,
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

/** Text that Markdown shows unchanged: `<`, `*`, `_`, `|` and similar characters are not markup in it. */
const escaped = (text: string): string =>
  text.replaceAll(/[\\`*_{}[\]<>#|~]/g, (character) => `\\${character}`);

const referenceLine = (reference: string): string =>
  reference.startsWith('https://') && !/\s/.test(reference) ? `<${reference}>` : escaped(reference);

const section = (cause: Cause): string[] => [
  `### ${cause.code}`,
  '',
  `**${escaped(cause.summary)}**`,
  '',
  `Who acts: ${whoActs(cause.code)}. Severity: ${severityWords(cause.code)}.`,
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
  const byLayer = Object.entries(causeGroups).map(([layer, { title, about }]) => ({
    title,
    about,
    members: CAUSE_CODES.filter((code) => code.startsWith(`${layer}.`)).map((code) => causes[code]),
  }));
  return [
    '# Cause codes',
    '',
    '<!-- Written by bin/causes.ts from the causes of each folder in lib/kinds; change them there. -->',
    '',
    'Every finding of a check has one of these codes. A report names the most serious as `cause` and the others under ' +
      '`alsoFound`; `inbound-check explain CODE` prints a section of this page. "Who acts" is the usual side; a report names ' +
      'another one where the evidence says so. The severity is the usual one, too: assertions and options of an endpoint can raise or lower it.',
    '',
    '| code | who acts | in one sentence |',
    '|---|---|---|',
    ...byLayer.flatMap(({ members }) =>
      members.map(
        ({ code, summary }) =>
          `| [${code}](#${code.replace('.', '')}) | ${CAUSE_DEFAULTS[code].side} | ${escaped(summary)} |`,
      ),
    ),
    '',
    ...byLayer.flatMap(({ title, about, members }) => [
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
