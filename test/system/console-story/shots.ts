/** Screenshots of a story's steps, to be looked at, and that nothing is wider than the window. */
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const SIZES = [
  [390, 844],
  [1280, 900],
  [2560, 1300],
] as const;

export interface Shots {
  /** `SCREENSHOTS`/NAME, or a new one of this machine's. */
  readonly folder: string;
  /** In three widths; the window is left as it was. */
  look(page: Page, step: string): Promise<void>;
}

export function shotsOf(name: string): Shots {
  const folder = join(process.env.SCREENSHOTS ?? mkdtempSync(join(tmpdir(), 'inbound-check-stories-')), name);
  mkdirSync(folder, { recursive: true });
  return {
    folder,
    async look(page, step) {
      const before = page.viewportSize();
      for (const [width, height] of SIZES) {
        await page.setViewportSize({ width, height });
        expect(
          await page.evaluate('document.documentElement.scrollWidth - innerWidth'),
          `${step} at ${width} px`,
        ).toBeLessThanOrEqual(0);
        if (process.env.SCREENSHOTS !== undefined)
          await page.screenshot({ path: join(folder, `${step}-${width}.png`), fullPage: true });
      }
      if (before !== null) await page.setViewportSize(before);
    },
  };
}
