/** The pages of a link that may check again: what they have in common, and their policy. Every text is escaped here. */
import { createHash } from 'node:crypto';
import { visible } from '../../report/words/visible.ts';
import { SAFE_HEADERS } from './headers.ts';
import type { LinkAnswer } from './link.ts';

const STYLE = `:root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--fg:#1c2128;--dim:#57606b;--line:#d5dae1;--link:#0b57a4;--pass:#14692f;--warn:#855600;--fail:#b4232c;--inconclusive:#6539b0}
@media(prefers-color-scheme:dark){:root{--bg:#0f1317;--card:#181d23;--fg:#e3e8ee;--dim:#a0aab5;--line:#323a44;--link:#7dbaff;--pass:#68d58a;--warn:#f0b849;--fail:#ff8b91;--inconclusive:#c3a5f7}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--fg);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:60rem;margin:0 auto;padding:1.5rem 1.25rem 3rem}
h1{font-size:1.5rem;line-height:1.3;margin:0 0 .5rem}h2{font-size:1.15rem;margin:2rem 0 .5rem}
h1,h2,h3,p,li,dd{overflow-wrap:anywhere}p{margin:.5rem 0}
h3{font-size:1rem;margin:0 0 .5rem}
a{color:var(--link)}:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:.2rem}
.dim{color:var(--dim)}
.button,button{display:inline-block;font:inherit;font-weight:600;padding:.6rem 1.1rem;min-height:2.75rem;border:1px solid var(--link);border-radius:.4rem;background:var(--link);color:var(--bg);text-decoration:none;cursor:pointer}
.plain{padding:.6rem .3rem;display:inline-block}
.tools{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center;margin:1rem 0}
.card{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.9rem 1.1rem;margin:.75rem 0}
.sides{display:grid;grid-template-columns:1fr 1fr;gap:.5rem 1.25rem;margin:0}
.sides>div{border-left:.3rem solid var(--v,var(--line));padding-left:.7rem;min-width:0}
.sides dt{color:var(--dim);font-size:.875rem}.sides dd{margin:0}
.word{color:var(--v);font-weight:700}
.pass{--v:var(--pass)}.warn{--v:var(--warn)}.fail{--v:var(--fail)}.inconclusive{--v:var(--inconclusive)}
.wrong{border-left:.3rem solid var(--fail);padding-left:.7rem}
.facts{margin:1rem 0}.facts>div{margin:.6rem 0}.facts dt{color:var(--dim);font-size:.875rem}.facts dd{margin:0}
.wide{border-left:.3rem solid var(--v,var(--line));padding:.2rem 0 .2rem .7rem}
input{font:inherit;color:inherit;background:var(--card);border:1px solid var(--dim);border-radius:.4rem;padding:.5rem .6rem;width:100%;max-width:24rem;min-height:2.75rem}
button:disabled{opacity:.6;cursor:default}
code{font-family:ui-monospace,Menlo,Consolas,monospace;font-size:.875em}
ul,ol{padding-left:1.25rem;margin:.5rem 0}
@media(max-width:40rem){main{padding:1rem .8rem 2rem}.card{padding:.8rem}.sides{gap:.5rem}.sides>div{padding-left:.5rem}}
@media(max-width:20rem){.sides{grid-template-columns:1fr}}`;

/** While a run is under way the page looks by itself; without script the browser loads it again. */
const SCRIPT = `const live=()=>document.getElementById('live');
const look=()=>setTimeout(async()=>{
try{const answer=await fetch(location.pathname,{cache:'no-store'});
const next=new DOMParser().parseFromString(await answer.text(),'text/html').getElementById('live');
if(!next){location.reload();return}
if(live().textContent!==next.textContent)live().textContent=next.textContent}catch{}
look()},3000);
if(live())look()`;

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const policyOf = (script: string, connect: string): string =>
  [
    `default-src 'none'`,
    `style-src ${hash(STYLE)}`,
    `script-src ${hash(script)}`,
    `connect-src ${connect}`,
    `form-action 'self'`,
    `base-uri 'none'`,
    `frame-ancestors 'none'`,
  ].join('; ');

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** A piece of a page that is already escaped. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Value = string | number | Markup | readonly Markup[] | undefined;

const written = (value: Value): string => {
  if (value === undefined) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'object') return value.map(({ text }) => text).join('');
  return visible(String(value)).replace(/[&<>"]/g, (each) => ESCAPES[each] ?? each);
};

/** Each value is escaped, unless it is markup already. Attributes stand in double quotes. */
export const markup = (parts: TemplateStringsArray, ...values: readonly Value[]): Markup =>
  new Markup(parts.map((part, index) => part + written(values[index])).join(''));

export interface VisitorPage {
  readonly status: LinkAnswer['status'];
  readonly title: string;
  readonly main: Markup;
  /** A run is under way: the page has an element `live`. */
  readonly isLive?: boolean;
  /** Of a page that does something else than look again. It may be no text of anybody else's. */
  readonly script?: string;
  /** The one origin that its script may ask. */
  readonly connect?: string;
}

const REFRESH = new Markup('<noscript><meta http-equiv="refresh" content="5"></noscript>\n');

export function visitorPage({
  status,
  title,
  main,
  isLive = false,
  script = isLive ? SCRIPT : undefined,
  connect,
}: VisitorPage): LinkAnswer {
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex,nofollow">
${isLive ? REFRESH : undefined}<title>${title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${main}
</main>
${script === undefined ? undefined : new Markup(`<script>${script}</script>\n`)}</body>
</html>
`;
  return {
    status,
    headers: {
      ...SAFE_HEADERS,
      // With "no-referrer" a browser sends "Origin: null" with a form, and nobody could tell whose form it is.
      'referrer-policy': 'same-origin',
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policyOf(
        script ?? SCRIPT,
        connect ?? (script === undefined || isLive ? `'self'` : `'none'`),
      ),
    },
    text: page.text,
  };
}
