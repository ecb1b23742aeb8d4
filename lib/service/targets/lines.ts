/** Registered targets as lines of plain text. */

import type { Authorisation } from '../../model/authorisation.ts';
import { utc } from '../../model/units.ts';
import type { ListedTarget, TargetView, Verification } from '../contracts/targets.ts';
import { alertLines } from './alert-lines.ts';
import type { TargetChange } from './difference.ts';

/** Two lines each: the name, its state and its authorisation; then its hosts. */
export const targetLines = (targets: readonly ListedTarget[]): string[] =>
  targets.flatMap(({ name, owner, hosts, authorisation, latest }) => [
    [
      name,
      ...(owner === undefined ? [] : [`(${owner})`]),
      latest === undefined ? 'no run yet' : `${latest.verdict} ${utc(latest.startedAt)}`,
      authorisation === undefined ? 'NOT PROVEN' : authorisationWords(authorisation),
    ].join('  '),
    `    ${hosts.join(', ')}`,
  ]);

const authorisationWords = (authorisation: Authorisation): string =>
  authorisation.kind === 'proven'
    ? `proven by ${METHOD[authorisation.method]} ${utc(authorisation.at)}`
    : `${authorisation.by} vouches: ${authorisation.reason}`;

const METHOD = { 'dns-txt': 'DNS TXT', 'http-file': 'file' } as const;

export function viewLines(view: TargetView): string[] {
  const { name, owner, definition, latest, addedBy, addedAt, changedBy, changedAt, checkedAt } = view;
  const { name: _name, ...checks } = definition ?? {};
  const open = openHosts(view);
  return [
    name,
    ...(owner === undefined ? [] : [`  owner    ${owner}`]),
    ...(latest === undefined
      ? []
      : [`  latest   ${latest.verdict}, ${utc(latest.startedAt)}, run ${latest.runId}`]),
    ...(view.alert === undefined ? [] : alertLines(view.alert).map((line) => `  ${line}`)),
    ...Object.entries(checks).map(([key, value]) => `  ${key.padEnd(8)} ${valueText(value)}`),
    ...(addedBy === undefined || addedAt === undefined ? [] : [`  added    ${utc(addedAt)} by ${addedBy}`]),
    ...(changedBy === undefined || changedAt === undefined || changedAt === addedAt
      ? []
      : [`  changed  ${utc(changedAt)} by ${changedBy}`]),
    ...(checkedAt === undefined ? [] : [`  proofs were last looked for ${utc(checkedAt)}`]),
    'hosts',
    ...view.hosts.map(hostLine),
    ...(open.length === 0 ? [] : ['', ...proveLines(view)]),
  ];
}

const valueText = (value: unknown): string =>
  Array.isArray(value)
    ? value.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join(' ')
    : typeof value === 'string'
      ? value
      : JSON.stringify(value);

function hostLine({ host, authorisation, proof }: TargetView['hosts'][number]): string {
  const word = authorisation === undefined ? 'NOT PROVEN' : authorisationWords(authorisation);
  const lapse =
    proof?.lapsedSince === undefined ? '' : `; the proof was not found again since ${utc(proof.lapsedSince)}`;
  return `  ${host}: ${word}${lapse}`;
}

const openHosts = ({ hosts }: TargetView): string[] =>
  hosts.flatMap(({ host, authorisation }) => (authorisation === undefined ? [host] : []));

/** How to prove the hosts that nobody has proven yet, ready to be copied; nothing when there are none. */
export function proveLines(view: TargetView): string[] {
  const open = openHosts(view);
  if (open.length === 0) return [];
  const places = view.prove.filter(({ host }) => open.includes(host));
  return [
    `The fleet sends no packet to ${open.join(', ')} until it is proven whose that is.`,
    'For each host publish one of the two; a TXT record of the domain above will do for all names below it:',
    ...places.flatMap(({ host, txt, file }) => [
      '',
      `  ${host}`,
      ...(txt === undefined ? [] : ['    DNS TXT record', `      ${txt.name}`, `      ${txt.value}`]),
      `    ${txt === undefined ? 'File' : 'or file'}`,
      `      ${file.url}`,
      `      ${file.content}`,
    ]),
    '',
    `Then: inbound-check target verify ${quoted(view.name)}`,
  ];
}

/** Quoted for a shell. */
const quoted = (name: string): string => (/^[\w.:-]+$/.test(name) ? name : `"${name}"`);

/** What was found at each host, also where it was not the challenge. */
export const verificationLines = ({ hosts, target }: Verification): string[] => [
  ...hosts.flatMap(({ host, proven, seen = [] }) => {
    if (proven !== undefined) return [`${host}: proven by ${METHOD[proven.method]} at ${proven.at}`];
    const state = target.hosts.find((one) => one.host === host);
    const still = state?.authorisation === undefined ? '' : `, but ${stateWords(state)}`;
    return [`${host}: not found${still}`, ...seen.map((line) => `    ${line}`)];
  }),
];

function stateWords({ authorisation, proof }: TargetView['hosts'][number]): string {
  if (authorisation?.kind === 'vouched') return `${authorisation.by} vouches for it`;
  return `it still counts for seven days from ${utc(proof?.lapsedSince ?? proof?.at ?? '')}`;
}

const MARK = { added: '+', changed: '~', removed: '-', same: '=' } as const;

/** What a file would change: a line for each target, and one for each of its fields. */
export const changeLines = (changes: readonly TargetChange[]): string[] =>
  changes.flatMap(({ name, change, fields }) => [
    `${MARK[change]} ${name} (${change})`,
    ...fields.map((field) => `    ${field}`),
  ]);
