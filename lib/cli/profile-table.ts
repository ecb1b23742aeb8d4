import Table from 'cli-table3';
import { createColors } from 'picocolors';
import wrapAnsi from 'wrap-ansi';
import type { Assertions } from '../model/endpoint.ts';
import type { Profile, ProfileRow } from '../model/profile.ts';
import type { FormatOptions } from '../report/reporter.ts';
import { visible } from '../report/visible.ts';

type Look = Pick<FormatOptions, 'width' | 'color'>;

/** Ids with their titles and what each is about. */
export function profileList(profiles: readonly Profile[], { width, color }: Look): string {
  const { bold } = createColors(color);
  return profiles
    .map(({ id, title, description }) => {
      const about = wrapAnsi(description, width - 4).replace(/^/gm, '    ');
      return `${bold(id)}  ${title}\n${about}\n`;
    })
    .join('');
}

/** The requirement table of one profile, row by row, then the words and pages that the rows come from. */
export function profileTable(profile: Profile, { width, color }: Look): string {
  const { bold, dim } = createColors(color);
  const head = `${bold(visible(profile.id))}  ${visible(profile.title)}\n${wrapAnsi(visible(profile.description), width)}\n\n`;
  const table = new Table({
    head: ['', 'endpoint', 'expected', 'when', 'what for'],
    colWidths: columns(width),
    wordWrap: true,
    // Names and paths are longer than their column and have no spaces.
    wrapOnWordBoundary: true,
    style: { head: [], border: [], compact: true },
  });
  for (const [index, row] of profile.rows.entries())
    table.push([String(index + 1), endpointText(row), expectation(row), condition(row), visible(row.reason)]);
  return `${head}${table.toString()}\n${dim(citations(profile, width))}`;
}

/** Fixed columns, and the rest of the width for the text. */
function columns(width: number): number[] {
  const fixed = [5, 36, 14, 16];
  const borders = 6;
  const left = width - borders - fixed.reduce((sum, each) => sum + each, 0);
  return [...fixed, Math.max(24, left)];
}

function endpointText({ kind, port, host, path, dnsServer, assertions }: ProfileRow): string {
  const place =
    dnsServer === undefined
      ? `${kind}://${host ?? 'HOST'}:${port}${path ?? ''}`
      : `${kind}://${dnsServer}/${host ?? 'HOST'}`;
  const asked = assertions ? assertionWords(assertions) : '';
  return visible(asked === '' ? place : `${place} ${asked}`);
}

function assertionWords(assertions: Assertions): string {
  const words = Object.entries(assertions).map(([name, value]) =>
    value === true ? name : `${name} ${Array.isArray(value) ? value.join(',') : value}`,
  );
  return words.length === 0 ? '' : `(${words.join('; ')})`;
}

function expectation({ expect, level, restricted }: ProfileRow): string {
  const words = [
    expect,
    ...(level === 'recommended' ? ['recommended'] : []),
    ...(restricted ? ['restricted'] : []),
  ];
  return words.join(', ');
}

function condition({ group }: ProfileRow): string {
  switch (group) {
    case 'always':
      return 'always';
    case 'replies':
      return '--replies';
    case 'dependency':
      return '--dependencies';
    default:
      return group satisfies never;
  }
}

function citations({ rows, sources }: Profile, width: number): string {
  const lines = rows.flatMap(({ quote, source }, index) => {
    if (quote === undefined && source === undefined) return [];
    const words = [quote === undefined ? '' : `"${quote}"`, source ?? ''].filter((part) => part !== '');
    return [`[${index + 1}] ${words.join(' — ')}`];
  });
  const pages = sources.map((page) => `Source: ${page}`);
  return [...lines, ...pages].map((line) => `${wrapAnsi(visible(line), width)}\n`).join('');
}
