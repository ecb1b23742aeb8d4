import { expect } from 'vitest';

/** A PDF on A4 with the summary on its first page, and a page or two for each problem. */
export function expectPaper(pdf: Buffer, problems: number): void {
  const text = pdf.toString('latin1');
  const pages = text.match(/\/Type\s*\/Page\b/g)?.length ?? 0;
  expect(pages).toBeGreaterThan(problems);
  expect(pages).toBeLessThanOrEqual(2 + 2 * problems);
  // A4 in points.
  expect(text).toMatch(/\/MediaBox\s*\[0 0 59[45][.\d]* 84[12][.\d]*\]/);
}
