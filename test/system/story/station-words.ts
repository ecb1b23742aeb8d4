/**
 * Pages show what a fleet prints. Where a station prints other words for the same, a table of docs/station.md says which,
 * and is read here, so that no page can differ in a way of which its readers are not told.
 */

const HEAD = '| pages show | a station prints |';
const ROW = /^\| `([^`|]+)` \| `([^`|]+)` \|$/;

/** @param markdown docs/station.md; gives what puts a page's print into a station's words */
export function stationWords(markdown: string): (shown: string) => string {
  const lines = markdown.split('\n');
  const begin = lines.indexOf(HEAD);
  if (begin < 0) throw new Error(`docs/station.md has no table "${HEAD}"`);
  const end = lines.indexOf('', begin);
  const rows = lines.slice(begin + 2, end).map((line) => {
    const [, fleet, station] = ROW.exec(line) ?? [];
    if (fleet === undefined || station === undefined) throw new Error(`not a row of two words: ${line}`);
    return { fleet: new RegExp(fleet.split('…').map(escaped).join('[^\\s()]*'), 'g'), station };
  });
  return (shown) => rows.reduce((text, { fleet, station }) => text.replace(fleet, station), shown);
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
