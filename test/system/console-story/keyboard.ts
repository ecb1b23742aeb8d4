/** A person who has no mouse: keys alone, and the focus is always somewhere. */
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

export interface Keyboard {
  /** Tab, or Shift and Tab where it stands before, as often as it takes to get to this control, with the focus in sight all the way. */
  reach(to: Locator): Promise<void>;
  /** Gets to a control and presses it. */
  press(to: Locator, key?: 'Enter' | 'Space'): Promise<void>;
  /** Gets to a field and types, in the place of what is there. */
  type(to: Locator, text: string): Promise<void>;
  /** Tells what has the focus; fails where it is lost. */
  focus(): Promise<string>;
}

/** More controls than any page of a story has. */
const MOST_TABS = 120;

/** Something has the focus, is in the window and shows that it is meant. Gives what it is, or what is wrong. */
const FOCUS = `(() => {
  const at = document.activeElement;
  if (at === null || at === document.body || at === document.documentElement) return 'LOST';
  const { top, bottom, left, right } = at.getBoundingClientRect();
  const name = at.getAttribute('aria-label') ?? at.labels?.[0]?.textContent ?? at.textContent ?? '';
  const told = at.tagName.toLowerCase() + ' ' + name.trim().slice(0, 60);
  if (bottom <= 0 || top >= innerHeight || right <= 0 || left >= innerWidth) return 'OUT OF SIGHT: ' + told;
  const style = getComputedStyle(at);
  const shows = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
  // What a script gives the focus to for the sake of reading on is no control.
  return shows || at.tabIndex < 0 ? told : 'NOT SHOWN: ' + told;
})()`;

export function keyboardOf(page: Page): Keyboard {
  const has = (to: Locator): Promise<boolean> =>
    to.evaluate((one) => one === one.ownerDocument.activeElement);
  const isBehind = (to: Locator): Promise<boolean> =>
    to.evaluate((one) => {
      const { activeElement, body } = one.ownerDocument;
      if (activeElement === null || activeElement === body) return false;
      return (one.compareDocumentPosition(activeElement) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
    });
  const focus = async (): Promise<string> => {
    const told = String(await page.evaluate(FOCUS));
    expect(told).not.toMatch(/^(LOST|OUT OF SIGHT|NOT SHOWN)/);
    return told;
  };
  const reach = async (to: Locator): Promise<void> => {
    await to.waitFor({ state: 'attached' });
    const passed: string[] = [];
    for (let tabs = 0; tabs < MOST_TABS; tabs += 1) {
      if (await has(to)) return;
      await page.keyboard.press((await isBehind(to)) ? 'Shift+Tab' : 'Tab');
      passed.push(await focus());
    }
    throw new Error(`not reached by ${MOST_TABS} Tabs: ${to}; passed ${passed.join(', ')}`);
  };
  return {
    reach,
    focus,
    async press(to, key = 'Enter') {
      await reach(to);
      await page.keyboard.press(key);
    },
    async type(to, text) {
      await reach(to);
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.type(text);
    },
  };
}
