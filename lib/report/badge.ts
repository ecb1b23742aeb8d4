import stringWidth from 'string-width';
import type { ReportTail } from '../engine/report-schema.ts';
import { utc } from '../model/units.ts';
import type { Verdict } from '../model/vocabulary.ts';
import type { ReportFormat } from './reporter.ts';
import { measuredWithLine } from './words/measured-with.ts';
import { visible } from './words/visible.ts';

/** Dark enough that white text on it can be read (WCAG AA, 4.5 to 1). */
const COLOUR = {
  pass: '#14692f',
  warn: '#855600',
  fail: '#b4232c',
  inconclusive: '#6539b0',
} as const satisfies Record<Verdict, string>;

const HEIGHT = 20;
/** Width of a column of 11 px Verdana or DejaVu Sans, and the space on both sides. */
const COLUMN = 7;
const PADDING = 12;
/** Characters of the target's name. */
const MOST = 40;

const escapeXml = (text: string): string => text.replace(/[&<>"]/g, (each) => `&#${each.codePointAt(0)};`);

function words({ verdict, counts }: ReportTail): string {
  switch (verdict) {
    case 'pass':
      return 'reachable as expected';
    case 'warn':
      return `as expected, ${counts.warn} to look at`;
    case 'fail':
      return `${counts.fail} of ${counts.fail + counts.pass + counts.warn + counts.inconclusive} failed`;
    case 'inconclusive':
      return 'inconclusive';
    default:
      return verdict satisfies never;
  }
}

/** A badge looks the same on any page: it contains no script, style, font or link. */
function badgeSvg(target: string, tail: ReportTail): string {
  const label = target.length > MOST ? `${target.slice(0, MOST - 1)}…` : target;
  const value = words(tail);
  const left = stringWidth(label) * COLUMN + PADDING;
  const right = stringWidth(value) * COLUMN + PADDING;
  const measured = measuredWithLine(tail);
  const title = escapeXml(
    `${label}: ${value}, checked ${utc(tail.startedAt)}${measured === undefined ? '' : `. ${measured}`}`,
  );
  const text = (middle: number, content: string): string =>
    `<text x="${middle}" y="14">${escapeXml(content)}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="${HEIGHT}" role="img" aria-label="${title}"><title>${title}</title><rect width="${left + right}" height="${HEIGHT}" rx="3" fill="#3d444d"/><path d="M${left} 0h${right - 3}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3h-${right - 3}z" fill="${COLOUR[tail.verdict]}"/><g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">${text(left / 2, label)}${text(left + right / 2, value)}</g></svg>\n`;
}

/** For a status page or a README: target and verdict as an SVG. A run of several targets is counted, not named. */
export const badge: ReportFormat = {
  id: 'badge',
  extension: 'svg',
  mediaType: 'image/svg+xml',
  streams: true,
  open() {
    const targets = new Set<string>();
    let more = false;
    return {
      begin: () => '',
      endpoint({ target }) {
        // Two names are enough to know that there are several: ten thousand need not be kept.
        if (targets.size < 2) targets.add(target);
        else more ||= !targets.has(target);
        return '';
      },
      end(tail) {
        const [first] = targets;
        const name = first !== undefined && targets.size === 1 && !more ? first : 'inbound check';
        return badgeSvg(visible(name), tail);
      },
    };
  },
};
