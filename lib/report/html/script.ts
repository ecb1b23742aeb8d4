import type { PageWords } from '../language/english.ts';

/**
 * The page's only script, allowed by its hash in the page's Content-Security-Policy. The page is complete without it: it
 * adds what needs one (copying, the reader's own time zone, saving the data, the other language of a link) and makes no request.
 */
export const scriptIn = ({ script: words }: PageWords): string =>
  `
(() => {
'use strict';
const all = (selector) => [...document.querySelectorAll(selector)];
const live = document.getElementById('live');
const say = (text) => { live.textContent = ''; setTimeout(() => { live.textContent = text; }, 30); };
const button = (text, label, act) => {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = text;
  if (label) made.setAttribute('aria-label', label);
  made.addEventListener('click', () => act(made));
  return made;
};

const two = (number) => String(number).padStart(2, '0');
for (const time of all('time')) {
  const date = new Date((time.dateTime || time.textContent).replace(' ', 'T'));
  if (Number.isNaN(date.getTime()) || date.getTimezoneOffset() === 0) continue;
  const zone = new Intl.DateTimeFormat(${text(words.zone)}, { timeZoneName: 'short' }).formatToParts(date).find((part) => part.type === 'timeZoneName');
  const day = date.getFullYear() + '-' + two(date.getMonth() + 1) + '-' + two(date.getDate());
  const sameDay = day === date.toISOString().slice(0, 10);
  const own = document.createElement('span');
  own.className = 'own';
  own.textContent = ' ' + (sameDay ? '' : day + ' ') + two(date.getHours()) + ':' + two(date.getMinutes()) + ':' + two(date.getSeconds()) + ' ' + (zone ? zone.value : ${text(words.here)});
  time.after(own);
}

const selected = (pre) => {
  const range = document.createRange();
  range.selectNodeContents(pre);
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
  const done = document.execCommand('copy');
  selection.removeAllRanges();
  return done;
};
const copy = async (pre) => {
  try {
    await navigator.clipboard.writeText(pre.textContent);
    return true;
  } catch {
    return selected(pre);
  }
};
for (const pre of all('.code pre')) {
  const about = pre.previousElementSibling || pre.closest('details').firstElementChild;
  const made = button(${text(words.copy)}, ${text(words.copyOf)} + about.textContent, async () => {
    const done = await copy(pre);
    made.textContent = done ? ${text(words.copied)} : ${text(words.select)};
    say(made.textContent);
    setTimeout(() => { made.textContent = ${text(words.copy)}; }, 2000);
  });
  pre.before(made);
}

const tools = document.getElementById('tools');
const folds = () => all('main details');
tools.append(
  button(${text(words.unfold)}, '', () => { for (const fold of folds()) fold.open = true; }),
  button(${text(words.fold)}, '', () => { for (const fold of folds()) fold.open = false; }),
  button(${text(words.print)}, '', () => print()),
);
const data = document.getElementById('report-data');
if ('DecompressionStream' in window) tools.append(button(${text(words.save)}, '', async () => {
  const bytes = Uint8Array.from(atob(data.textContent), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await new Response(stream).blob());
  link.download = data.dataset.name || 'report.json';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  say(${text(words.saved)});
}));
// Only the server of a link has the page in both languages.
if (/^https?:$/.test(location.protocol) && /^\\/s\\/[\\w-]{43}(\\/\\d+)?$/.test(location.pathname)) {
  const other = document.createElement('a');
  other.href = '?lang=' + ${text(words.otherLanguage)};
  other.lang = other.hreflang = ${text(words.otherLanguage)};
  other.textContent = ${text(words.otherLanguageName)};
  tools.append(other);
}
tools.hidden = false;

const named = () => {
  const name = location.hash.slice(1);
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
};
const show = () => {
  const target = document.getElementById(named());
  const fold = target && target.querySelector('details');
  if (fold) fold.open = true;
};
addEventListener('hashchange', show);
show();

let closed = [];
addEventListener('beforeprint', () => {
  closed = all('.rule,.endpoint:not(.pass) .more').filter((fold) => !fold.open);
  for (const fold of closed) fold.open = true;
});
addEventListener('afterprint', () => { for (const fold of closed) fold.open = false; });
})();
`.replace(/\n +/g, '\n');

/** As a script has it. Our own words have no quote. */
const text = (word: string): string => `'${word}'`;
