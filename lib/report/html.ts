import { createHash } from 'node:crypto';
import { Eta } from 'eta/core';
import manifest from '../../package.json' with { type: 'json' };
import type { EndpointReport, ReportTail } from '../engine/report-schema.ts';
import { escapeJson } from '../model/unseen.ts';
import { css } from './html/css.ts';
import { DETAILS } from './html/endpoint-view.ts';
import { script } from './html/script.ts';
import { templates } from './html/templates.ts';
import { pageView } from './html/view.ts';
import { reportJson } from './report-json.ts';
import type { FormatOptions, Reporter, ReportFormat } from './reporter.ts';
import { canonicalJson, sha256 } from './signature/canonical.ts';
import { pageDigest, reportElement, SIGNATURE_ELEMENT, sealPage } from './signature/page.ts';
import { REPORT_TEXT } from './signature/writing.ts';

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/**
 * No request of any kind; one style sheet and one script, allowed by their hashes. Trusted Types prevent even that script
 * from ever turning text into markup.
 */
const policy = [
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

const createEngine = (): Eta => {
  const eta = new Eta({ autoEscape: true, escapeFunction: escapeHtml });
  for (const [name, template] of Object.entries(templates)) eta.loadTemplate(name, template);
  return eta;
};

/** Bytes of a page of twelve endpoints and five vantages; a larger run may have more in proportion. */
const BUDGET = 148_000;

interface HtmlPage {
  readonly text: string;
  /** SHA-256, hex, of the canonical JSON inside. */
  readonly report: string;
}

function render(tail: ReportTail, endpoints: readonly EndpointReport[], keyId?: string): HtmlPage {
  const { counts: _counts, ...rest } = tail;
  const signed = keyId !== undefined && { writing: REPORT_TEXT };
  const canonical = canonicalJson(reportJson({ ...rest, ...signed, endpoints }));
  const report = sha256(canonical);
  const engine = createEngine();
  const budget = BUDGET * Math.max(1, (endpoints.length * tail.vantages.length) / 60);
  let text = '';
  for (const detail of DETAILS) {
    text = engine.render('@page', {
      ...pageView(tail, endpoints, detail),
      css,
      script,
      policy,
      digest: report,
      version: manifest.version,
      keyId,
      data: reportElement(escapeJson(canonical)),
      signature: keyId === undefined ? '' : SIGNATURE_ELEMENT,
    });
    if (Buffer.byteLength(text) < budget) break;
  }
  return { text, report };
}

/** A page that is complete in itself: it can be mailed, printed and opened without a network, and contains its own data. */
export const html: ReportFormat = {
  id: 'html',
  extension: 'html',
  mediaType: 'text/html; charset=utf-8',
  streams: false,
  open: ({ seal }) => createReporter(seal),
};

function createReporter(seal: FormatOptions['seal']): Reporter {
  const endpoints: EndpointReport[] = [];
  return {
    begin: () => '',
    endpoint(report) {
      endpoints.push(report);
      return '';
    },
    end: (tail) => render(tail, endpoints).text,
    ...(seal && {
      async endSigned(tail: ReportTail): Promise<string> {
        const { text, report } = render(tail, endpoints, seal.keyId);
        const page = pageDigest(text);
        if (page === undefined) throw new TypeError('the page has no place for a signature');
        return sealPage(text, await seal.sign({ report, page }));
      },
    }),
  };
}
