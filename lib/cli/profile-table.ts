import Table from 'cli-table3';
import { createColors } from 'picocolors';
import wrapAnsi from 'wrap-ansi';
import { descriptorOf } from '../kinds/descriptors.ts';
import type { Profile, ProfileRow } from '../model/profile.ts';
import type { FormatOptions } from '../report/reporter.ts';
import { visible } from '../report/words/visible.ts';

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
  const widths = columns(width);
  const table = new Table({
    head: ['', 'endpoint', 'expected', 'when', 'what for'],
    colWidths: widths,
    style: { head: [], border: [], compact: true },
  });
  for (const [index, row] of profile.rows.entries()) {
    const cells = [
      String(index + 1),
      endpointText(row),
      expectation(row),
      condition(row),
      visible(row.reason),
    ];
    table.push(cells.map((cell, column) => wrapAnsi(cell, (widths[column] ?? 0) - PADDING, { hard: true })));
  }
  return `${head}${table.toString()}\n${dim(citations(profile, width))}`;
}

/** Columns of a cell that are used for the space at its sides. */
const PADDING = 2;

/** Fixed columns, and the rest of the width for the text. */
function columns(width: number): number[] {
  const fixed = [4, 38, 13, 16];
  const borders = 6;
  const left = width - borders - fixed.reduce((sum, each) => sum + each, 0);
  return [...fixed, Math.max(22, left)];
}

function endpointText(row: ProfileRow): string {
  const {
    kind,
    port,
    host = descriptorOf(row.kind).findsPeers ? 'DOMAIN' : 'HOST',
    path = '',
    dnsServer,
    assertions = {},
    documentedAddresses,
  } = row;
  const place =
    dnsServer === undefined ? `${kind}://${host}:${port}${path}` : `${kind}://${dnsServer}/${host}`;
  const notes = Object.entries(assertions).map(([name, value]) =>
    value === true ? name : `${name} ${Array.isArray(value) ? value.join(', ') : value}`,
  );
  if (documentedAddresses) notes.push(`documented as ${documentedAddresses.join(', ')}`);
  return visible([place, ...notes.map((note) => `(${note})`)].join(' '));
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
    case 'quic':
      return '--quic';
    default:
      return group satisfies never;
  }
}

/** Each quotation and page once, with the rows that are based on it. */
function citations({ rows, sources }: Profile, width: number): string {
  const cited = new Map<string, number[]>();
  for (const [index, { quote, source }] of rows.entries()) {
    const text = [quote === undefined ? undefined : `"${quote}"`, source].filter(Boolean).join(' - ');
    if (text !== '') cited.set(text, [...(cited.get(text) ?? []), index + 1]);
  }
  const lines = [...cited].map(([text, numbers]) => `[${numbers.join(', ')}] ${text}`);
  const named = [...cited.keys()].join('\n');
  const pages = sources.filter((page) => !named.includes(page)).map((page) => `See also ${page}`);
  return [...lines, ...pages].map((line) => `${wrapAnsi(visible(line), width)}\n`).join('');
}
