/**
 * What an HTTP/1.1 answer can break without being unreadable, and which clients refuse it for that. Chromium and curl
 * were tried (test/system/http-clients.test.ts tries them again); for Go, which Let's Encrypt validates with, the source was read:
 * net/textproto/reader.go, net/http/response.go and net/http/transfer.go of Go 1.24.
 */
import { printable } from '../../../../net/printable.ts';
import type { HttpClient, Malformed, MalformedRule } from '../../observation.ts';

const ALL: readonly HttpClient[] = ['Chromium', 'curl', 'Go'];
const STRICT: readonly HttpClient[] = ['curl', 'Go'];
const GO: readonly HttpClient[] = ['Go'];
const NOBODY: readonly HttpClient[] = [];

/** Who refuses, where that depends only on the rule; for some rules it depends on what exactly was sent. */
const REFUSED_BY: Readonly<Record<MalformedRule, readonly HttpClient[]>> = {
  'bytes-before-status-line': STRICT,
  'no-status-line': STRICT,
  icy: STRICT,
  version: GO,
  'status-code': STRICT,
  'status-line-spaces': NOBODY,
  'bare-lf': NOBODY,
  nul: ALL,
  'control-character': GO,
  'space-before-colon': NOBODY,
  'name-not-a-token': GO,
  'no-colon': STRICT,
  'empty-name': GO,
  'folded-line': NOBODY,
  'folded-first-line': STRICT,
  'length-and-chunked': NOBODY,
  'lengths-differ': ['Chromium', 'Go'],
  'length-repeated': NOBODY,
  'length-not-a-number': GO,
  'locations-differ': ['Chromium'],
  'dispositions-differ': ['Chromium'],
  'transfer-coding': GO,
  'chunked-in-1.0': NOBODY,
  'last-chunk-unfinished': STRICT,
};

/** The most that are kept for one answer; that is enough for a diagnosis. */
const MAX_PROBLEMS = 10;
const LINE_CHARS = 200;

/** The rules that one answer breaks. Where many lines break a rule, the first is kept. */
export class MalformedList {
  readonly found: Malformed[] = [];

  add(rule: MalformedRule, line: string, refusedBy: readonly HttpClient[] = REFUSED_BY[rule]): void {
    if (this.found.length >= MAX_PROBLEMS || this.found.some((one) => one.rule === rule)) return;
    // Latin-1 text has the line's bytes as characters.
    const bytes = Buffer.from(line.endsWith('\r') ? line.slice(0, -1) : line, 'latin1');
    this.found.push({
      rule,
      line: printable(bytes, LINE_CHARS),
      refusedBy: [...refusedBy],
    });
  }

  /** The first that `client` refuses. */
  refusedBy(client: HttpClient): Malformed | undefined {
    return this.found.find(({ refusedBy }) => refusedBy.includes(client));
  }
}
