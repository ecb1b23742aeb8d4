/**
 * No text breaks out of a report: each format is read back by a parser that shares nothing with its writer, and must
 * have the structure of the same report in plain words, with every text in its place.
 */
import { parse as parseCsv } from 'csv-parse/sync';
import fc from 'fast-check';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { type DefaultTreeAdapterTypes, parseFragment, parse as parseHtml } from 'parse5';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { Report } from '../../lib/engine/report-schema.ts';
import { pageTitle } from '../../lib/kinds/http/judge/page-title.ts';
import { csv } from '../../lib/report/csv.ts';
import { FORMAT_IDS, loadFormat } from '../../lib/report/formats.ts';
import { html } from '../../lib/report/html.ts';
import { json } from '../../lib/report/json.ts';
import { jsonl } from '../../lib/report/jsonl.ts';
import { junit } from '../../lib/report/junit.ts';
import { markdown } from '../../lib/report/markdown.ts';
import { prometheus } from '../../lib/report/prometheus.ts';
import { neutral } from '../../lib/report/words/neutral.ts';
import { visible } from '../../lib/report/words/visible.ts';
import { render, renderWhole, sampleReport } from '../report/sample-report.ts';
import { around, hostileText, inOneLine, plainly, withTexts } from './hostile-report.ts';
import { parseExposition } from './prometheus-parser.ts';

const plain = withTexts(plainly);
/** The one title of a page in the sample. */
const TITLE = 'Welcome';
/** A page is read in some 20 ms; each run of the tests tries other texts. */
const RUNS = { numRuns: 15 };
const forHostile = (law: (hostile: Report, of: (text: string) => string) => void): void =>
  fc.assert(
    fc.property(hostileText, (text) => law(withTexts(around(text)), around(text))),
    { ...RUNS, examples: [['\twww.evil.example<script>alert(1)</script>']] },
  );

/** For a format that makes its end later. */
const forHostileLater = (
  law: (hostile: Report, of: (text: string) => string) => Promise<void>,
): Promise<void> =>
  fc.assert(
    fc.asyncProperty(hostileText, (text) => law(withTexts(around(text)), around(text))),
    { ...RUNS, examples: [['\twww.evil.example<script>alert(1)</script>']] },
  );

/** What a format has read back: its structure, and all its text in one. */
interface Read {
  readonly structure: readonly string[];
  readonly text: string;
}
const squeezed = (text: string): string => text.replace(/\s+/g, ' ');

/** Every text of the sample that shows in plain words shows here too, whole and unharmed. */
function expectTexts(read: Read, readPlain: Read, of: (text: string) => string): void {
  const shown = squeezed(read.text);
  const shownPlain = squeezed(readPlain.text);
  for (const text of textsOf(sampleReport)) {
    if (!shownPlain.includes(plainly(text))) continue;
    // A few fields are of one line in the sample.
    const forms = [of(text), inOneLine(of(text))].map((form) => squeezed(visible(form)));
    // A page's title is shown as a browser shows it.
    if (text === TITLE) forms.push(squeezed(visible(pageTitle({ title: of(text) }) ?? '')));
    // Forms for tickets show a server's words in signs that mean nothing there.
    forms.push(...forms.map((form) => neutral(form)));
    // A tab before an address is white space to them, and only then shown as an escape.
    forms.push(...[of(text), inOneLine(of(text))].map((form) => squeezed(visible(neutral(form)))));
    if (!forms.some((form) => shown.includes(form))) expect(shown).toContain(forms[0]);
  }
}
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return [...Object.values(value).flatMap(textsOf), ...Object.keys(value)];
}

type Node = DefaultTreeAdapterTypes.Node;

/** Attributes that hold words for people. */
const TEXTUAL: ReadonlySet<string> = new Set(['aria-label', 'data-label', 'title', 'alt']);

/** Elements with their attributes; `skip`: elements that say nothing of structure, whose insides count all the same. */
function readTree(root: Node, skip: ReadonlySet<string> = new Set()): Read {
  const structure: string[] = [];
  let text = '';
  const walk = (node: Node): void => {
    if (node.nodeName === '#text' && 'value' in node) text += node.value;
    else if (node.nodeName === '#comment') structure.push('comment');
    else if ('tagName' in node && !skip.has(node.tagName)) {
      const attributes = node.attrs.map(({ name, value }) => {
        if (!TEXTUAL.has(name)) return `${name}=${value}`;
        text += ` ${value} `;
        return name;
      });
      structure.push(`<${node.tagName} ${attributes.join(' ')}>`);
    }
    if ('childNodes' in node) for (const child of node.childNodes) walk(child);
    if ('tagName' in node && !skip.has(node.tagName)) structure.push(`</${node.tagName}>`);
  };
  walk(root);
  return { structure, text };
}

describe('html', async () => {
  const read = async (report: Report): Promise<Read> => {
    const errors: string[] = [];
    const tree = parseHtml(await renderWhole(html, report), {
      onParseError: ({ code }) => void errors.push(code),
    });
    expect(errors).toEqual([]);
    return readTree(tree);
  };
  const readPlain = await read(plain);

  it('keeps its elements, and shows every text', () => {
    return forHostileLater(async (hostile, of) => {
      const page = await read(hostile);
      expect(page.structure).toEqual(readPlain.structure);
      expectTexts(page, readPlain, of);
    });
  });

  it('links to nothing but its own sections and web pages', async () => {
    await fc.assert(
      fc.asyncProperty(
        hostileText,
        fc.constantFrom('', 'https://ok.example/', 'javascript:', 'data:', 'HTTP://x/'),
        async (text, scheme) => {
          const [first] = sampleReport.endpoints;
          if (first === undefined) throw new Error('the sample has endpoints');
          const { structure } = await read({
            ...sampleReport,
            endpoints: [{ ...first, source: scheme + text }],
          });
          const links = structure.flatMap((one) => /\bhref=(.*?)(?: rel=.*)?>$/s.exec(one)?.[1] ?? []);
          for (const link of links) expect(link).toMatch(/^(#[a-z0-9-]+|https?:\/\/[^\s"'<>]+)$/i);
        },
      ),
      RUNS,
    );
  });
});

describe('junit', () => {
  const read = (report: Report): Read => {
    const structure: string[] = [];
    let text = '';
    const parser = new SaxesParser();
    parser.on('opentag', ({ name, attributes }) => {
      structure.push(`<${name} ${Object.keys(attributes).join(' ')}>`);
      text += `${Object.values(attributes).join('\n')}\n`;
    });
    parser.on('closetag', ({ name }) => structure.push(`</${name}>`));
    parser.on('text', (data) => {
      text += data;
    });
    for (const event of ['comment', 'cdata', 'processinginstruction', 'doctype'] as const)
      parser.on(event, () => structure.push(event));
    parser.on('error', (error) => {
      throw error;
    });
    parser.write(render(junit, report)).close();
    return { structure, text };
  };
  const readPlain = read(plain);

  it('stays well-formed, keeps its elements, and shows every text', () => {
    forHostile((hostile, of) => {
      const document = read(hostile);
      expect(document.structure).toEqual(readPlain.structure);
      expectTexts(document, readPlain, of);
    });
  });
});

describe('markdown', () => {
  // GitHub's flavour, with raw HTML let through, so that any that gets in is seen.
  const read = (report: Report): Read => {
    const page = micromark(render(markdown, report), {
      allowDangerousHtml: true,
      allowDangerousProtocol: true,
      extensions: [gfm()],
      htmlExtensions: [gfmHtml()],
    });
    // Which words become code depends on the text; code has no power.
    return readTree(parseFragment(page), new Set(['code', 'br']));
  };
  const readPlain = read(plain);

  it('keeps its headings, tables, lists and blocks, and shows every text', () => {
    forHostile((hostile, of) => {
      const page = read(hostile);
      expect(page.structure).toEqual(readPlain.structure);
      expectTexts(page, readPlain, of);
    });
  });

  it('has no link, image or form', () => {
    expect(readPlain.structure.join()).not.toMatch(/<(a|img|input|script|iframe) /);
  });
});

describe('csv', () => {
  const read = (report: Report): string[][] =>
    parseCsv(render(csv, report), { relax_quotes: false, record_delimiter: '\r\n' });

  it('keeps its rows and cells, and runs nothing in a spreadsheet', () => {
    const rowsOfPlain = read(plain);
    forHostile((hostile) => {
      const rows = read(hostile);
      expect(rows.map((row) => row.length)).toEqual(rowsOfPlain.map((row) => row.length));
      const summary = rows[0]?.indexOf('summary') ?? -1;
      // A semicolon may begin a cell: what follows it then has an apostrophe, too.
      const withoutMarks = (text = ''): string =>
        text.replaceAll(
          /;([\s"']*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])/g,
          (_, between: string) => `;${between.replaceAll("'", '')}`,
        );
      expect(rows.slice(1).map((row) => withoutMarks(row[summary]))).toEqual(
        hostile.endpoints.map((one) => withoutMarks(visible(one.summary))),
      );
      for (const cell of rows.flat()) {
        expect(cell).not.toMatch(/^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/);
        expect(cell).not.toMatch(/;[\s"]*[=+\-@\uff1d\uff0b\uff0d\uff20]/);
      }
    });
  });

  it('takes the power from a cell that is a formula from its first character', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('=', '+', '-', '@', '\t=', '\r=', ' =', '\uff1d', '\uff0b'),
        hostileText,
        (start, text) => {
          const cells = read(withTexts(() => start + text))
            .slice(1)
            .flat();
          for (const cell of cells) expect(cell).not.toMatch(/^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/);
        },
      ),
      RUNS,
    );
  });
});

describe('prometheus', () => {
  const shape = (report: Report): string[] =>
    parseExposition(render(prometheus, report))
      .map(({ name, labels }) => `${name}{${Object.keys(labels).join()}}`)
      .sort();

  it('keeps its samples and labels, and gives every text as it is shown', () => {
    const shapeOfPlain = shape(plain);
    forHostile((hostile, of) => {
      expect(shape(hostile)).toEqual(shapeOfPlain);
      const values = new Set(
        parseExposition(render(prometheus, hostile)).flatMap(({ labels }) => Object.values(labels)),
      );
      for (const { id, target } of sampleReport.endpoints) {
        expect(values).toContain(visible(of(id)));
        expect(values).toContain(visible(of(target)));
      }
    });
  });
});

describe('json', () => {
  it('loses nothing but halves of surrogate pairs, which UTF-8 does not have', () => {
    forHostile((hostile) => {
      // JSON.stringify writes a half, and nothing else here, as `\\ud8…`.
      const whole = JSON.stringify(hostile).replaceAll(/\\ud[89a-f][0-9a-f]{2}/g, '\ufffd');
      expect(Report.parse(JSON.parse(render(json, hostile)))).toEqual(JSON.parse(whole));
    });
  });

  it('is one whole value a line as json lines', () => {
    forHostile((hostile) => {
      const lines = render(jsonl, hostile).trimEnd().split('\n');
      const values = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(values.filter((one) => 'observations' in one || 'endpoint' in one)).toHaveLength(
        hostile.endpoints.length,
      );
      for (const { summary } of hostile.endpoints)
        expect(JSON.stringify(values)).toContain(JSON.stringify(summary));
    });
  });
});

describe('every format', () => {
  const FORBIDDEN = /[^\P{Cc}\r\n]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|\r(?!\n)/u;

  it.each(FORMAT_IDS)('%s holds nothing that a terminal obeys', async (id) => {
    const format = await loadFormat(id);
    await fc.assert(
      fc.asyncProperty(hostileText, async (text) => {
        const hostile = withTexts(around(text));
        for (const verbose of [false, true]) {
          const output = await renderWhole(format, hostile, { verbose, width: 60 });
          expect(FORBIDDEN.exec(output)?.[0]).toBeUndefined();
        }
      }),
      RUNS,
    );
  });
});
