import { createHash } from 'node:crypto';
import { Eta } from 'eta/core';
import manifest from '../../package.json' with { type: 'json' };
import type { ReportTail } from '../engine/report-schema.ts';
import { escapeJson } from '../model/unseen.ts';
import { css } from './html/css.ts';
import { DETAILS, type Detail, endpointView } from './html/endpoint-view.ts';
import { type KeptEndpoints, keepEndpoints } from './html/kept-endpoints.ts';
import { scriptIn } from './html/script.ts';
import { templatesIn } from './html/templates.ts';
import { foldsPasses, pageView } from './html/view.ts';
import type { ReportLanguage } from './language/report-language.ts';
import type { Wording } from './language/wording.ts';
import { wordingIn } from './language/wording-in.ts';
import { endpointJson, reportJson } from './report-json.ts';
import type { FormatOptions, Reporter, ReportFormat } from './reporter.ts';
import { canonicalPieces } from './signature/canonical.ts';
import { createPageDigest, reportElement, SIGNATURE_ELEMENT, sealPage } from './signature/page.ts';
import { REPORT_TEXT } from './signature/writing.ts';

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/**
 * No request of any kind; one style sheet and one script, allowed by their hashes. Trusted Types prevent even that script
 * from ever turning text into markup.
 */
const policyOf = (script: string): string =>
  [
    `default-src 'none'`,
    `style-src ${hash(css)}`,
    `script-src ${hash(script)}`,
    `base-uri 'none'`,
    `form-action 'none'`,
    `require-trusted-types-for 'script'`,
    `trusted-types 'none'`,
  ].join('; ');

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;' };
/** Enough for text and for attributes in double quotes; all attributes are. */
const escapeHtml = (value: unknown): string =>
  String(value).replace(/[&<>"]/g, (each) => ESCAPES[each] ?? each);

const createEngine = (wording: Wording): Eta => {
  const eta = new Eta({ autoEscape: true, escapeFunction: escapeHtml });
  for (const [name, template] of templatesIn(wording.words)) eta.loadTemplate(name, template);
  return eta;
};

/** Bytes of a page of twelve endpoints and five vantages; a larger run may have more in proportion. */
const BUDGET = 148_000;

/** Characters of a page that is kept until it is signed. A larger one is made a second time: that costs time, not memory. */
const MOST_KEPT = 4_000_000;

/** What all pieces of one page share. */
interface Frame {
  readonly tail: ReportTail;
  readonly kept: KeptEndpoints;
  readonly wording: Wording;
  readonly keyId: string | undefined;
  /** SHA-256, hex, of the canonical JSON inside. */
  readonly digest: string;
  /** The element with that JSON. */
  readonly data: string;
}

async function frameOf(
  tail: ReportTail,
  kept: KeptEndpoints,
  wording: Wording,
  keyId: string | undefined,
): Promise<Frame> {
  const { counts: _counts, ...rest } = tail;
  const signed = keyId !== undefined && { writing: REPORT_TEXT };
  const { endpoints: _none, ...members } = reportJson({ ...rest, ...signed, endpoints: [] });
  const hash = createHash('sha256');
  function* escaped(): Generator<string> {
    for (const piece of canonicalPieces(members, jsonOf(kept))) {
      hash.update(piece);
      yield escapeJson(piece);
    }
  }
  const data = await reportElement(escaped());
  return { tail, kept, wording, keyId, data, digest: hash.digest('hex') };
}

function* jsonOf(kept: KeptEndpoints): Generator<object> {
  for (const report of kept.asTheyCame()) yield endpointJson(report);
}

/** The page in pieces; the last one has the place of the signature. */
function* piecesOf({ tail, kept, wording, keyId, digest, data }: Frame, detail: Detail): Generator<string> {
  const engine = createEngine(wording);
  const script = scriptIn(wording.words);
  const frame = { css, script, policy: policyOf(script), digest, version: manifest.version, keyId, data };
  const view = {
    ...pageView(tail, kept, wording, detail),
    ...frame,
    signature: keyId === undefined ? '' : SIGNATURE_ELEMENT,
  };
  yield engine.render('@top', view);
  const folds = foldsPasses(kept);
  let index = 0;
  for (const report of kept.inOrder()) {
    if (!folds || report.verdict !== 'pass')
      yield engine.render('@endpoint', endpointView(report, index, tail.vantages, detail, wording));
    index += 1;
  }
  yield engine.render('@bottom', view);
}

interface Draft {
  readonly detail: Detail;
  /** SHA-256, hex, of the page without its signature; unsigned pages have none. */
  readonly page: string | undefined;
  /** Absent when they are too long to be kept. */
  readonly pieces?: readonly string[];
}

/** The first of `DETAILS` that fits; the last one may be of any size. */
function draftOf(frame: Frame): Draft {
  const { kept, tail } = frame;
  const budget = BUDGET * Math.max(1, (kept.size * tail.vantages.length) / 60);
  const last = DETAILS.at(-1) ?? 'terse';
  for (const detail of DETAILS) {
    const draft = tryDetail(frame, detail, detail === last ? Number.POSITIVE_INFINITY : budget);
    if (draft !== undefined) return draft;
  }
  throw new RangeError('the shortest page has no limit');
}

function tryDetail(frame: Frame, detail: Detail, budget: number): Draft | undefined {
  const digest = createPageDigest();
  let pieces: string[] | undefined = [];
  let bytes = 0;
  let length = 0;
  let held = '';
  for (const piece of piecesOf(frame, detail)) {
    bytes += Buffer.byteLength(piece);
    if (bytes >= budget) return undefined;
    length += piece.length;
    if (length > MOST_KEPT) pieces = undefined;
    pieces?.push(piece);
    digest.piece(held);
    held = piece;
  }
  const page = frame.keyId === undefined ? undefined : digest.last(held);
  return { detail, page, ...(pieces && { pieces }) };
}

async function* write(
  tail: ReportTail,
  kept: KeptEndpoints,
  language: ReportLanguage,
  seal: FormatOptions['seal'],
): AsyncGenerator<string> {
  const frame = await frameOf(tail, kept, await wordingIn(language), seal?.keyId);
  const { detail, page, pieces } = draftOf(frame);
  const signature =
    seal === undefined || page === undefined ? undefined : await seal.sign({ report: frame.digest, page });
  let held: string | undefined;
  for (const piece of pieces ?? piecesOf(frame, detail)) {
    if (held !== undefined) yield held;
    held = piece;
  }
  if (held !== undefined) yield signature === undefined ? held : sealPage(held, signature);
}

/** A page that is complete in itself: it can be mailed, printed and opened without a network, and contains its own data. */
export const html: ReportFormat = {
  id: 'html',
  extension: 'html',
  mediaType: 'text/html; charset=utf-8',
  streams: false,
  open: ({ seal, language = 'en' }) => createReporter(seal, language),
};

function createReporter(seal: FormatOptions['seal'], language: ReportLanguage): Reporter {
  const kept = keepEndpoints();
  const whole = async (pieces: AsyncIterable<string>): Promise<string> => {
    let text = '';
    for await (const piece of pieces) text += piece;
    return text;
  };
  return {
    begin: () => '',
    endpoint(report) {
      kept.add(report);
      return '';
    },
    end: (tail) => whole(write(tail, kept, language, undefined)),
    endInPieces: (tail, signed) => write(tail, kept, language, signed ? seal : undefined),
    ...(seal && { endSigned: (tail: ReportTail) => whole(write(tail, kept, language, seal)) }),
  };
}
