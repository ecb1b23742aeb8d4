/**
 * What has the focus may go with a live update or with its own press, as "Revoke" does. The focus then goes to what stood round it,
 * and not to the top of the page, where browsers put it without a word.
 *
 * @returns ends it
 */
export function keepFocus(page: Document): () => void {
  let held: readonly Element[] = [];
  const hold = ({ target }: FocusEvent): void => {
    held = target instanceof Element ? [target, ...around(target)] : [];
  };
  const watcher = new MutationObserver(() => {
    const [focused] = held;
    if (focused === undefined || focused.isConnected || page.activeElement !== page.body) return;
    const left = held.find((one) => one.isConnected && one !== page.body);
    held = [];
    if (!(left instanceof HTMLElement)) return;
    if (!left.hasAttribute('tabindex')) left.tabIndex = -1;
    left.focus({ preventScroll: true });
  });
  page.addEventListener('focusin', hold);
  watcher.observe(page.body, { childList: true, subtree: true });
  return () => {
    page.removeEventListener('focusin', hold);
    watcher.disconnect();
  };
}

function around(element: Element): Element[] {
  const found: Element[] = [];
  for (let one = element.parentElement; one !== null; one = one.parentElement) found.push(one);
  return found;
}
