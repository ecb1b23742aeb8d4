/** The page's style sheet, the only one: its hash is in the page's Content-Security-Policy. */
const MONO = 'ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace';

export const css = `
:root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--fg:#1c2128;--dim:#57606b;--line:#d5dae1;--code:#eef1f4;
--pass:#14692f;--warn:#855600;--fail:#b4232c;--inconclusive:#6539b0;
--pass-bg:#e6f5ea;--warn-bg:#fdf1d6;--fail-bg:#fdebec;--inconclusive-bg:#f0eafc;
--dns:#7c8bdc;--connect:#1f9e97;--tls:#a05fc4;--first:#e08e2b;--rest:#a3abb5;--link:#0b57a4}
@media (prefers-color-scheme:dark){:root{--bg:#0f1317;--card:#181d23;--fg:#e3e8ee;--dim:#a0aab5;--line:#323a44;--code:#20272f;
--pass:#68d58a;--warn:#f0b849;--fail:#ff8b91;--inconclusive:#c3a5f7;
--pass-bg:#11301b;--warn-bg:#352707;--fail-bg:#3a1518;--inconclusive-bg:#291d40;
--dns:#8795e6;--connect:#2bb3ab;--tls:#b478d8;--first:#e39a41;--rest:#6b7581;--link:#7dbaff}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--fg);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main,header,footer{max-width:78rem;margin:0 auto;padding:0 1.25rem}
h1,h2,h3,h4,h5,p,dl,dd,ul,ol{margin:0}ul,ol{padding:0;list-style:none}
h2{font-size:1.25rem;margin:2.25rem 0 .75rem}
h3{font-size:1rem;font-weight:400}
h4{font-size:.9375rem;margin:1.1rem 0 .3rem}
h5{font-size:.9375rem;margin:0 0 .2rem;overflow-wrap:anywhere}
a{color:var(--link)}
:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:.2rem}
code,pre,.mono{font-family:${MONO};font-size:.875em}
code,dt,dd,p,li,h1,summary,.id,.why{overflow-wrap:anywhere}
.dim{color:var(--dim)}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;background:var(--card);padding:.4rem .8rem;z-index:1}
.pass{--v:var(--pass);--v-bg:var(--pass-bg)}.warn{--v:var(--warn);--v-bg:var(--warn-bg)}
.fail{--v:var(--fail);--v-bg:var(--fail-bg)}.inconclusive{--v:var(--inconclusive);--v-bg:var(--inconclusive-bg)}
.none{--v:var(--dim);--v-bg:transparent}
.badge{display:inline-block;white-space:nowrap;padding:.1em .6em;border-radius:1em;font-size:.8125rem;font-weight:700;color:var(--v);background:var(--v-bg);border:1px solid var(--v);print-color-adjust:exact}
.notice{margin:1rem 0 0;padding:.8rem 1.1rem;border:3px dashed var(--warn);border-radius:.6rem;background:var(--warn-bg);color:var(--warn);font-size:1.2rem;line-height:1.35;font-weight:700}
.brand{padding-top:1.25rem;font-size:.875rem;color:var(--dim);letter-spacing:.02em}
.verdict{margin-top:.6rem;padding:1.1rem 1.4rem;border-radius:.6rem;background:var(--v-bg);border:1px solid var(--v);border-left-width:.5rem;print-color-adjust:exact}
.verdict h1{font-size:1.5rem;line-height:1.35;color:var(--v);text-wrap:balance}
.verdict .word{font-size:.875rem;font-weight:700;letter-spacing:.06em;text-transform:uppercase;color:var(--v)}
.sides{margin-top:.35rem;font-weight:600}
.cards{display:grid;grid-template-columns:repeat(4,1fr);gap:.75rem;margin-top:1rem}
.card{background:var(--card);border:1px solid var(--line);border-top:4px solid var(--v);border-radius:.5rem;padding:.5rem .9rem;print-color-adjust:exact}
.card b{font-size:1.6rem;line-height:1.2;color:var(--v);margin-right:.25rem}
.card.none{border-top-color:var(--line);color:var(--dim)}.card.none b{color:var(--dim);font-weight:400}
.facts{display:flex;flex-wrap:wrap;gap:.3rem 1.75rem;margin-top:.9rem;font-size:.9375rem}
.facts div{display:flex;gap:.5rem}.facts dt{color:var(--dim);white-space:nowrap}
#tools{display:flex;flex-wrap:wrap;gap:.5rem;margin-top:.9rem}#tools[hidden]{display:none}
button{font:inherit;font-size:.8125rem;padding:.25rem .75rem;color:var(--fg);background:var(--card);border:1px solid var(--dim);border-radius:.4rem;cursor:pointer}
button:hover{background:var(--code)}
.own{color:var(--dim);white-space:nowrap;font-size:.875em}
.own::before{content:" · "}
td .own,.observed .own{display:block}td .own::before{content:none}
.vantages{display:grid;grid-template-columns:repeat(auto-fill,minmax(12.5rem,1fr));gap:.75rem}
.vantages>li{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.7rem .9rem;font-size:.875rem;overflow-wrap:anywhere}
.vantages h3{font-weight:700}.vantages details{margin-top:.2rem}.vantages summary{cursor:pointer}
.vantages li li{margin:.3rem 0 0 .2rem;padding-left:.6rem;border-left:2px solid var(--line)}
.strip{vertical-align:-.15em;max-width:100%}
.strip path{fill:var(--v)}.strip .none{fill:var(--line)}
.bad{color:var(--fail);font-weight:700}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:.5rem;background:var(--card)}
table{width:100%;border-collapse:collapse;font-size:.875rem}
th,td{text-align:left;vertical-align:top;padding:.45rem .65rem;border-top:1px solid var(--line);font-weight:400}
thead th{border-top:0;color:var(--dim);font-size:.8125rem;font-weight:600;background:var(--code);print-color-adjust:exact}
.list td:first-child{width:1%}.list tbody th{min-width:12.5rem;width:40%;overflow-wrap:anywhere}.list .must,h3 .must{font-size:.8125rem}
.list .must{display:block}.list a span{display:inline-block;text-decoration:inherit}
.cell,.list thead th{white-space:nowrap}.cell b,.observed td:nth-child(2){color:var(--v);font-weight:600}.cell .dim{display:block;font-size:.8125rem}
.cell.fail,.cell.warn,.cell.inconclusive{background:var(--v-bg);print-color-adjust:exact}
.endpoint{margin-top:.9rem;background:var(--card);border:1px solid var(--line);border-left:.35rem solid var(--v);border-radius:.5rem;scroll-margin-top:1rem;print-color-adjust:exact}
.endpoint>details>summary{padding:.7rem 1.1rem;cursor:pointer;list-style-position:outside;margin-left:1.4rem}
.endpoint summary .id{font-weight:700;margin:0 .3rem}
.endpoint summary .why{display:block;margin-top:.2rem}
.body{padding:0 1.25rem 1.1rem}
.history{font-size:.9375rem;margin-bottom:.5rem}.history li{padding-left:1rem;text-indent:-.6rem}.history li::before{content:"• "}
.act{border:1px solid var(--line);border-left:.3rem solid var(--link);border-radius:.5rem;padding:.1rem 1rem .8rem;background:var(--bg)}
.act h4{margin-top:.7rem}.act .who{font-weight:700}
.rule,.proof{margin-top:.3rem;font-size:.9375rem}
.rule summary,.proof summary,.more>summary{cursor:pointer;color:var(--link)}
.more{margin-top:.9rem}.more>summary{font-weight:600;font-size:.9375rem}
.folded{margin-top:1rem}.folded>summary{cursor:pointer;font-weight:600}
.code{position:relative;margin-top:.6rem}
pre{margin:.2rem 0 0;padding:.6rem .8rem;background:var(--code);border:1px solid var(--line);border-radius:.4rem;white-space:pre-wrap;overflow-wrap:anywhere;font-size:.8125rem;print-color-adjust:exact}
.code button+pre{padding-right:5.5rem}
.code button{position:absolute;right:.4rem;bottom:.35rem;padding:.1rem .6rem}
.observed{white-space:nowrap}.observed code{font-size:.8125rem;color:var(--dim)}.observed td:nth-child(n+3){font-variant-numeric:tabular-nums}.observed time{display:block}
.bars rect{height:14px}.bars{display:block;width:100%;min-width:9rem;height:14px;margin-top:.2rem}.observed th:last-child,.observed td:last-child{width:45%}
.dns{fill:var(--dns)}.connect{fill:var(--connect)}.tls{fill:var(--tls)}.first{fill:var(--first)}.rest{fill:var(--rest)}
.legend{display:flex;flex-wrap:wrap;gap:.1rem 1.1rem;font-size:.8125rem;color:var(--dim)}
.legend svg{width:.75rem;height:.75rem;margin-right:.35rem;vertical-align:-.08em}
.chain{margin:.3rem 0 .6rem;max-width:46rem;font-size:.875rem}
.certificate{border:1px solid var(--line);border-left:.3rem solid var(--pass);border-radius:.4rem;padding:.45rem .8rem}
.certificate.faulty{border-color:var(--fail)}.certificate.unused{border-style:dashed;border-left-color:var(--line);margin-top:.5rem}
.certificate .role{float:right;color:var(--dim);font-size:.8125rem;margin-left:.6rem}
.certificate .fine{font-size:.75rem}.certificate .wrong,.link.broken{color:var(--fail);font-weight:700}
.validity{display:block;margin-top:.2rem}.validity .track{fill:var(--code)}.validity .valid{fill:var(--pass)}.faulty .validity .valid{fill:var(--fail)}.validity line{stroke:var(--fg);stroke-width:2}
.link{display:flex;align-items:center;gap:.6rem;padding-left:1.2rem;color:var(--dim);font-size:.8125rem;min-height:26px}
.link svg{flex:none}.link path{stroke:currentColor;stroke-width:2;fill:none}
.evidence{border-top:1px solid var(--line);margin-top:.8rem;padding-top:.6rem;font-size:.9375rem}
.grid{display:grid;grid-template-columns:fit-content(14rem) minmax(0,1fr);gap:.15rem 1.1rem;font-size:.875rem;margin-top:.5rem}
.grid dt{color:var(--dim)}.about{margin-top:1rem}
footer{padding-bottom:2.5rem;font-size:.875rem}footer p{margin-top:.4rem}
@media screen and (max-width:44rem){
main,header,footer{padding-left:.8rem;padding-right:.8rem}
.verdict{padding:.8rem 1rem}.verdict h1{font-size:1.2rem}.notice{font-size:1.05rem}
.cards{grid-template-columns:repeat(2,1fr)}
.list thead{display:none}.list,.list tbody,.list tr,.list td,.list tbody th{display:block}
.list tr{border-top:1px solid var(--line);padding:.6rem .8rem}.list tr:first-child{border-top:0}
.list td,.list tbody th{border:0;padding:.1rem 0;min-width:0;width:auto}.list td.side:empty{display:none}
.list td[data-label]::before{content:attr(data-label) ": ";color:var(--dim)}
.list .cell{display:flex;gap:.5rem;padding:.05rem .3rem;white-space:normal}.list .cell.pass,.list .cell.none{background:none}
.body{padding:0 .8rem .9rem}.grid{grid-template-columns:1fr;gap:0}.grid dd{margin-bottom:.35rem}
.certificate .role{float:none;display:block;margin:0}
}
@media print{
@page{size:A4;margin:11mm 12mm}
section[aria-labelledby=details]{break-before:page}section>h2#details{margin:0}
:root{color-scheme:light;--bg:#fff;--card:#fff;--fg:#1c2128;--dim:#4b535d;--line:#c9cfd6;--code:#f2f4f6;
--pass:#14692f;--warn:#855600;--fail:#b4232c;--inconclusive:#6539b0;--pass-bg:#e6f5ea;--warn-bg:#fdf1d6;--fail-bg:#fdebec;--inconclusive-bg:#f0eafc;
--dns:#7c8bdc;--connect:#1f9e97;--tls:#a05fc4;--first:#e08e2b;--rest:#a3abb5;--link:#0b57a4}
html{font-size:10.5px}body{background:#fff;line-height:1.4}main,header,footer{max-width:none;padding:0}
.skip,#tools,button,.own,.scripted,.vantages details,.proof:not([open]),.pass .more:not([open]){display:none!important}
h2{margin-top:1.5rem}.brand{padding-top:0}
.scroll{overflow:visible}th,td{padding:.25rem .5rem}
.list tbody th{min-width:13rem}
.observed th:last-child,.observed td:last-child{width:25%}.bars{min-width:5rem}.observed time{white-space:nowrap}
.evidence .grid{grid-template-columns:fit-content(9rem) minmax(0,1fr) fit-content(9rem) minmax(0,1fr)}
.endpoint,.vantages>li,.verdict,.act,tr,svg,pre,.certificate,.evidence,.code{break-inside:avoid}
h2,h3,h4,h5,summary{break-after:avoid}
.vantages{grid-template-columns:repeat(auto-fill,minmax(11.5rem,1fr))}.vantages>li{padding:.4rem .6rem}
.chain{display:flex;flex-wrap:wrap;max-width:none;gap:.3rem}.chain>li{flex:1 1 15rem;max-width:24rem}.certificate .role{float:none;display:block;margin:0}.link{min-height:0}.link svg{display:none}
.endpoint{margin-top:.8rem}
.endpoint.pass:not(:has(>[open])){margin:0;border-width:1px 0 0;border-radius:0;background:none}
.endpoint.pass>details:not([open])>summary{display:grid;grid-template-columns:42% 1fr;column-gap:.6rem;margin:0;padding:.2rem .5rem}
.endpoint:not(.pass)+.endpoint.pass:not(:has(>[open])){margin-top:1rem}
.endpoint.pass>details:not([open]) .why{margin:0;font-size:.875rem}
.rules{columns:2;column-gap:1rem}.rules>h4,.rules>p{column-span:all}.rule{font-size:.8125rem;break-inside:avoid}.rule pre{padding:.3rem .5rem}
.code button+pre{padding-right:.6rem}
.act:has(.rules){break-inside:auto}
.rule .code,.rule p{margin-top:.1rem}
.observed{white-space:normal}.observed code{overflow-wrap:anywhere}
.rule::details-content,.endpoint:not(.pass) .more::details-content{content-visibility:visible;block-size:auto}
a{color:inherit;text-decoration:none}
}
`.replaceAll('\n', '');
