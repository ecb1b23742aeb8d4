/**
 * Answers in HTTP/1.1 that break a rule, or look as if they did, and what clients make of them: Chromium 156 and curl
 * 7.88 as asked on loopback (test/system/http-clients.test.ts asks the installed ones), Go by its source. Each is sent
 * as Latin-1 and then the connection is closed.
 */
import type { MalformedRule } from '../../lib/kinds/http/observation.ts';

export interface HttpForm {
  readonly id: string;
  readonly bytes: string;
  /** What our reader names, the rules in the order in which they are met. */
  readonly rules: readonly MalformedRule[];
  /** `partly`: the page is shown, and the load ends with an error. */
  readonly chromium: 'shows' | 'partly' | 'refuses';
  readonly curl: 'takes' | 'refuses';
  readonly go: 'takes' | 'refuses';
  /** What the page reads as, when it isn't `PAGE`. */
  readonly body?: string;
}

export const PAGE = '<title>Shop</title><p>Hello</p>';
const SIZE = PAGE.length;
const CHUNKS = `${SIZE.toString(16)}\r\n${PAGE}\r\n0\r\n\r\n`;
const OK = 'HTTP/1.1 200 OK\r\nContent-Type: text/html';

/** `s`: shows or takes, `r`: refuses, `p`: partly; for Chromium, curl and Go. */
type Verdicts = `${'s' | 'p' | 'r'}${'s' | 'r'}${'s' | 'r'}`;

function form(
  id: string,
  verdicts: Verdicts,
  rules: readonly MalformedRule[],
  bytes: string,
  body?: string,
): HttpForm {
  const of = (at: number) => (verdicts[at] === 's' ? 'takes' : 'refuses');
  return {
    id,
    bytes,
    rules,
    chromium: verdicts[0] === 's' ? 'shows' : verdicts[0] === 'p' ? 'partly' : 'refuses',
    curl: of(1),
    go: of(2),
    ...(body !== undefined && { body }),
  };
}

/** A head with these lines after the content type, and the page. */
const head = (id: string, verdicts: Verdicts, rules: readonly MalformedRule[], ...lines: string[]) =>
  form(id, verdicts, rules, `${[OK, ...lines, `Content-Length: ${SIZE}`].join('\r\n')}\r\n\r\n${PAGE}`);
/** A head with these lines and no others, and what follows it. */
const whole = (
  id: string,
  verdicts: Verdicts,
  rules: readonly MalformedRule[],
  lines: readonly string[],
  after = PAGE,
  body?: string,
) => form(id, verdicts, rules, `${[OK, ...lines].join('\r\n')}\r\n\r\n${after}`, body);
/** This status line, and the page. */
const status = (id: string, verdicts: Verdicts, rules: readonly MalformedRule[], line: string) =>
  form(id, verdicts, rules, `${line}\r\nContent-Type: text/html\r\nContent-Length: ${SIZE}\r\n\r\n${PAGE}`);
const chunked = (
  id: string,
  verdicts: Verdicts,
  rules: readonly MalformedRule[],
  after: string,
  body?: string,
) => whole(id, verdicts, rules, ['Transfer-Encoding: chunked'], after, body);

const LF_HEAD = `HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Length: ${SIZE}`;

export const HTTP_FORMS: readonly HttpForm[] = [
  head('sound', 'sss', []),

  form('bare line feeds', 'sss', ['bare-lf'], `${LF_HEAD}\n\n${PAGE}`),
  form('bare line feeds, CR LF at the end', 'sss', ['bare-lf'], `${LF_HEAD}\n\r\n${PAGE}`),
  head('one bare line feed', 'sss', ['bare-lf'], 'X-A: b\nX-B: c'),
  head('a carriage return in a value', 'ssr', ['control-character'], 'X-A: b\rc'),
  head('a control character in a value', 'ssr', ['control-character'], 'X-A: b\x02c'),
  head('DEL in a value', 'ssr', ['control-character'], 'X-A: b\x7fc'),
  head('a tab in a value', 'sss', [], 'X-A: b\tc'),
  head('Latin-1 in a value', 'sss', [], 'X-A: stra\xdfe'),
  head('NUL in a value', 'rrr', ['nul'], 'X-A: b\0c'),
  head('NUL in a name', 'rrr', ['nul', 'name-not-a-token'], 'X\0A: b'),
  status('NUL in the reason phrase', 'rrs', ['nul'], 'HTTP/1.1 200 O\0K'),
  status('a control character in the reason phrase', 'sss', [], 'HTTP/1.1 200 O\x1bK'),
  status('Latin-1 in the reason phrase', 'sss', [], 'HTTP/1.1 200 Gl\xfccklich'),
  head('a space before the colon', 'sss', ['space-before-colon'], 'X-A : b'),
  head('a tab before the colon', 'ssr', ['space-before-colon'], 'X-A\t: b'),
  whole(
    'a space before the colon of the length',
    'sss',
    ['space-before-colon'],
    [`Content-Length : ${SIZE}`],
  ),
  whole(
    'a space before the colon of chunked',
    'sss',
    ['space-before-colon'],
    ['Transfer-Encoding : chunked'],
    CHUNKS,
  ),
  head('a space in a name', 'sss', ['name-not-a-token'], 'X Trace: 9'),
  head('a non-ASCII name', 'ssr', ['name-not-a-token'], 'X-M\xfcller: 9'),
  head('brackets in a name', 'ssr', ['name-not-a-token'], 'X[1](a): 9'),
  head('a control character in a name', 'ssr', ['name-not-a-token'], 'X\x02a: 9'),
  head('a line without colon', 'srr', ['no-colon'], 'nothing here'),
  head('markup among the headers', 'srr', ['no-colon'], '<br />'),
  head('a second status line', 'srr', ['no-colon'], 'HTTP/1.1 200 OK'),
  head('a header without name', 'ssr', ['empty-name'], ': x'),
  head('a folded line', 'sss', ['folded-line'], 'X-A: b', ' c'),
  head('a line folded by a tab', 'sss', ['folded-line'], 'X-A: b', '\tc'),
  form(
    'a folded first line',
    'srr',
    ['folded-first-line'],
    `HTTP/1.1 200 OK\r\n X: a\r\nContent-Type: text/html\r\nContent-Length: ${SIZE}\r\n\r\n${PAGE}`,
  ),

  whole(
    'chunked and a length',
    'sss',
    ['length-and-chunked'],
    ['Transfer-Encoding: chunked', `Content-Length: ${SIZE}`],
    CHUNKS,
  ),
  whole(
    'chunked and a wrong length',
    'sss',
    ['length-and-chunked'],
    ['Content-Length: 3', 'Transfer-Encoding: chunked'],
    CHUNKS,
  ),
  whole(
    'chunked and two lengths',
    'ssr',
    ['length-and-chunked', 'lengths-differ'],
    ['Content-Length: 5', 'Content-Length: 9', 'Transfer-Encoding: chunked'],
    CHUNKS,
  ),
  whole(
    'the same length twice',
    'sss',
    ['length-repeated'],
    [`Content-Length: ${SIZE}`, `Content-Length: ${SIZE}`],
  ),
  whole('the same length in a list', 'ssr', ['length-repeated'], [`Content-Length: ${SIZE}, ${SIZE}`]),
  whole('two lengths', 'rsr', ['lengths-differ'], [`Content-Length: ${SIZE}`, 'Content-Length: 9']),
  whole('two lengths in a list', 'rsr', ['lengths-differ'], [`Content-Length: ${SIZE}, 9`]),
  whole('a length in words', 'srr', ['length-not-a-number'], ['Content-Length: abc']),
  whole('an empty length', 'srr', ['length-not-a-number'], ['Content-Length:']),
  whole('a negative length', 'srr', ['length-not-a-number'], ['Content-Length: -1']),
  whole('a length with a sign', 'ssr', ['length-not-a-number'], [`Content-Length: +${SIZE}`]),
  whole('a length with a unit', 'ssr', ['length-not-a-number'], [`Content-Length: ${SIZE} bytes`]),
  whole('a length with zeros before it', 'sss', [], [`Content-Length: 000${SIZE}`]),
  whole('bytes after the length', 'sss', [], [`Content-Length: ${SIZE}`], `${PAGE}extra bytes`),
  whole('a body shorter than its length', ('pr' + 'r') as Verdicts, [], [`Content-Length: ${SIZE + 10}`]),
  form(
    'two redirect targets',
    'rss',
    ['locations-differ'],
    'HTTP/1.1 302 Found\r\nLocation: /x\r\nLocation: /y\r\nContent-Length: 0\r\n\r\n',
    '',
  ),
  head(
    'two dispositions',
    'rss',
    ['dispositions-differ'],
    'Content-Disposition: inline',
    'Content-Disposition: attachment',
  ),

  status('no reason phrase', 'sss', [], 'HTTP/1.1 200'),
  status('an empty reason phrase', 'sss', [], 'HTTP/1.1 200 '),
  status('two spaces in the status line', 'sss', ['status-line-spaces'], 'HTTP/1.1  200 OK'),
  status('tabs in the status line', 'srr', ['version', 'status-code'], 'HTTP/1.1\t200\tOK'),
  status('a status of four digits', 'srr', ['status-code'], 'HTTP/1.1 2000 OK'),
  status('a status of two digits', 'srr', ['status-code'], 'HTTP/1.1 20 OK'),
  status('a status glued to its reason', 'ssr', ['status-code'], 'HTTP/1.1 200OK'),
  status('no status', 'srr', ['status-code'], 'HTTP/1.1'),
  status('a word for a status', 'srr', ['status-code'], 'HTTP/1.1 OK'),
  status('a version in small letters', 'ssr', ['version'], 'http/1.1 200 OK'),
  status('no version', 'srr', ['version'], 'HTTP 200 OK'),
  status('half a version', 'srr', ['version'], 'HTTP/1 200 OK'),
  status('version 1.2', 'srs', ['version'], 'HTTP/1.2 200 OK'),
  status('version 2 in clear', 'ssr', ['version'], 'HTTP/2 200 OK'),
  status('version 3.0', 'srs', ['version'], 'HTTP/3.0 200 OK'),
  form('an empty line first', 'srr', ['bytes-before-status-line'], `\r\n${OK}\r\n\r\n${PAGE}`),
  form('two empty lines first', 'srr', ['bytes-before-status-line'], `\r\n\r\n${OK}\r\n\r\n${PAGE}`),
  form('a byte-order mark first', 'srr', ['bytes-before-status-line'], `\xef\xbb\xbf${OK}\r\n\r\n${PAGE}`),
  form('markup of four bytes first', 'srr', ['bytes-before-status-line'], `<br>${OK}\r\n\r\n${PAGE}`),
  form('five bytes first', 'rrr', [], `abcde${OK}\r\n\r\n${PAGE}`),
  form('no status line on a port of its own', 'rrr', [], PAGE),
  form('no headers', 'sss', [], `HTTP/1.1 200 OK\r\n\r\n${PAGE}`),

  form(
    'chunked in HTTP/1.0',
    'sss',
    ['chunked-in-1.0'],
    `HTTP/1.0 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n${CHUNKS}`,
    CHUNKS,
  ),
  whole(
    'gzip and chunked as transfer codings',
    'srr',
    ['transfer-coding'],
    ['Transfer-Encoding: gzip, chunked'],
    CHUNKS,
  ),
  whole(
    'chunked twice',
    'ssr',
    ['transfer-coding'],
    ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'],
    CHUNKS,
  ),
  whole('Chunked', 'sss', [], ['Transfer-Encoding: Chunked'], CHUNKS),
  head('identity as transfer coding', 'ssr', ['transfer-coding'], 'Transfer-Encoding: identity'),
  head('an unknown transfer coding', 'srr', ['transfer-coding'], 'Transfer-Encoding: xchunked'),
  chunked('chunks ended by line feeds', 'sss', [], `${SIZE.toString(16)}\n${PAGE}\n0\n\n`),
  chunked('a chunk with an extension', 'sss', [], `${SIZE.toString(16)};a="b"\r\n${PAGE}\r\n0\r\n\r\n`),
  chunked('a chunk size with spaces behind', 'sss', [], `${SIZE.toString(16)}   \r\n${PAGE}\r\n0\r\n\r\n`),
  chunked(
    'a chunk size with zeros before',
    'sss',
    [],
    `00000000${SIZE.toString(16)}\r\n${PAGE}\r\n0000\r\n\r\n`,
  ),
  chunked('a trailer', 'sss', [], `${SIZE.toString(16)}\r\n${PAGE}\r\n0\r\nX: y\r\n\r\n`),
  chunked('bytes after the last chunk', 'sss', [], `${CHUNKS}more bytes`),
  chunked(
    'no empty line after the last chunk',
    'prr',
    ['last-chunk-unfinished'],
    `${SIZE.toString(16)}\r\n${PAGE}\r\n0\r\n`,
  ),
  chunked('no last chunk', 'prr', [], `${SIZE.toString(16)}\r\n${PAGE}\r\n`),
  chunked('a chunk size that is none', 'rrr', [], `zz\r\n${PAGE}\r\n0\r\n\r\n`, ''),
  chunked('a chunk size with 0x', 'rrr', [], `0x${SIZE.toString(16)}\r\n${PAGE}\r\n0\r\n\r\n`, ''),
  chunked('a chunk size with a space before', 'rrr', [], ` ${SIZE.toString(16)}\r\n${PAGE}\r\n0\r\n\r\n`, ''),
  chunked('a negative chunk size', 'rrr', [], `-1\r\n${PAGE}\r\n0\r\n\r\n`, ''),
  chunked('a chunk size beyond 64 bits', 'rrr', [], `fffffffffffffffff\r\n${PAGE}\r\n0\r\n\r\n`, ''),
  chunked('an empty line before the first chunk', 'rrr', [], `\r\n${CHUNKS}`, ''),
  chunked('a second chunk size that is none', 'rrr', [], `${SIZE.toString(16)}\r\n${PAGE}\r\nzz\r\n`),
  chunked('chunks without line end between them', 'rrr', [], `${SIZE.toString(16)}\r\n${PAGE}0\r\n\r\n`),

  form(
    'an interim answer first',
    'sss',
    [],
    `HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n${OK}\r\n\r\n${PAGE}`,
  ),
  form(
    'five interim answers first',
    'sss',
    [],
    `${'HTTP/1.1 100 Continue\r\n\r\n'.repeat(5)}${OK}\r\n\r\n${PAGE}`,
  ),
];
