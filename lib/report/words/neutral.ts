/**
 * Makes untrusted words harmless in text that people paste, mail and post: whatever a server said, the result has no
 * link, picture, mention, colour, macro, heading or table in Markdown (CommonMark, GFM), GitHub, Slack (mrkdwn), Jira and
 * Confluence (wiki markup). No escape is understood by all of them, so a character with a special meaning is replaced by its
 * full-width form (U+FF01 to U+FF5E): people read it as the same and programs do not interpret it. A second use changes nothing more.
 *
 * Names with a dot stay, as people have to read them; some programs turn such a name into a link.
 */

/** ASCII `!` to `~` have their full-width forms in the same order. */
const wide = (text: string): string =>
  text.replace(/[!-~]/g, (character) => String.fromCharCode(character.charCodeAt(0) + 0xfee0));

/** In any place: mentions and addresses, links, macros and colours, tables, tags, code, strike, superscript, bold. */
const ALWAYS = /\\u\{[0-9a-f]{1,6}\}|[@[\]{}|<>`~^*]/g;

/** Only in certain places: elsewhere sentences, addresses and times need them. */
const IN_PLACE: readonly RegExp[] = [
  // `\\server\share`
  /\\\\/g,
  // Schemes that are links without slashes (CommonMark §6.5, GFM autolinks), or which mail programs make links of.
  /(?<=\b(?:mailto|javascript|vbscript|data|xmpp|tel|sms|file|skype|slack|msteams|urn|cid|about|blob)):/gi,
  /(?<=\b(?:news|sips?|callto|facetime|geo|magnet|ircs?|ldap|intent|view-source|search-ms|ms-[a-z-]+|onenote)):/gi,
  // `!picture.png!`, `![`
  /!(?=\S)/g,
  // Signs that are drawn as pictures: `:white_check_mark:` (Slack, GitHub), but no time and no address; `(/)` (Jira)
  /(?<![\w:]):(?=[\w+-]+:)|:(?=[\w+-]*[g-z][\w+-]*:)/gi,
  /\((?=(?:[-+!?xyni/]|on|off|flag|flagoff)\))/gi,
  // `$formula$`
  /\$(?=[^$]*\$)|(?<=\$[^$]*)\$/g,
  // `#123`, `#channel`, `owner/name#1`, a heading; `GH-123`
  /#(?=[\p{L}\p{N}])|^\s*#+(?=\s|$)/gu,
  /(?<=\bgh)-(?=\d)/gi,
  // `&#64;team`, which has become `@team` when mentions are looked for
  /&(?=#?[\p{L}\p{N}]+;)/gu,
  // `_emphasis_`, but not `snake_case`
  /(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu,
  // `-struck-`, `+inserted+`, `??cited??`
  /(?<!\S)[-+](?=\S[^\n]*[^\s][-+](?![\p{L}\p{N}]))|\?\?/gu,
  // Blocks at the start of a line: `h1.`, `bq.`, rules and underlines of headings, lists, definitions
  /(?<=^\s*(?:h[1-6]|bq))\./g,
  /^\s*(?:-{2,}|={2,}|_{2,})/g,
];

/** `\u{202e}`, with which we show invisible characters, stays. */
const outsideEscapes = (found: string): string => (found.length > 1 ? found : wide(found));

/** `http://`, `//server/share`, and what GFM turns into a link because of its first label. */
const LINKS = /:?\/\/|(?<=\b(?:www|ftp))\./gi;
const NONE: ReadonlySet<string> = new Set();

/**
 * @param text one line; `visible` handles invisible characters, before or after
 * @param own hosts that the report is about: a link to them is the reader's own site
 */
export function neutral(text: string, own: ReadonlySet<string> = NONE): string {
  const plain = text
    .replace(ALWAYS, outsideEscapes)
    .replace(LINKS, (found, at: number) => (leadsTo(own, text, at, found) ? found : wide(found)));
  return IN_PLACE.reduce((left, pattern) => left.replace(pattern, wide), plain);
}

const HOST = /^[\w-]+(?:\.[\w-]+)*/;
/**
 * Where a host surely ends. Anything else could make it the user name of another host, or the first labels of its name: a
 * browser reads `http://own%2eother.example`, `http://own,x.other.example` and `http://own。other.example` as hosts.
 */
const ENDS_HOST = /^(?::\d{1,5})?(?:[/?#]|["'.,:;!?)]*(?:\s|$))/;

/** @param text the original text; offsets are the same as in the text with wide characters, as one character replaces one */
function leadsTo(own: ReadonlySet<string>, text: string, at: number, found: string): boolean {
  if (own.size === 0) return false;
  const isUrl = found === '://';
  const before = text.slice(Math.max(0, at - 20), isUrl ? at : at - 3);
  if (isUrl && !/(?:^|\W)https?$/i.test(before)) return false;
  if (!isUrl && (found !== '.' || /[\w.@/-]$/.test(before.replace(/(^|\W)https?:\/\/$/i, '$1'))))
    return false;
  const start = isUrl ? at + found.length : at - 3;
  const host = HOST.exec(text.slice(start, start + 260))?.[0] ?? '';
  return own.has(host.toLowerCase()) && ENDS_HOST.test(text.slice(start + host.length));
}

/** Names of the hosts that endpoints are about, for `neutral`. */
export const ownHosts = (endpoints: readonly { readonly host: string }[]): ReadonlySet<string> =>
  new Set(endpoints.map(({ host }) => host.toLowerCase()));

/** For our own lines that contain names: nobody is mentioned, and all else is unchanged. Addresses stay. */
export const withoutMentions = (text: string): string => text.replace(/(?<![A-Za-z0-9])@/g, wide);
