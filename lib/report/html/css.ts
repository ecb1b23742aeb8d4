/** The page's style sheet, the only one: its hash is in the page's Content-Security-Policy. */
export const css = `
:root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--fg:#1c2128;--dim:#5b6470;--line:#d8dde3;--code:#eef1f4;
--pass:#14692f;--warn:#8a5a00;--fail:#b4232c;--inconclusive:#6a3fb5;
--pass-bg:#e4f4e8;--warn-bg:#fdf1d6;--fail-bg:#fde6e7;--inconclusive-bg:#efe8fb;
--dns:#7c8bdc;--connect:#1f9e97;--tls:#a05fc4;--first:#e08e2b;--rest:#a3abb5;--link:#0b5cad}
@media (prefers-color-scheme:dark){:root{--bg:#0f1317;--card:#181d23;--fg:#e3e8ee;--dim:#98a2ae;--line:#303841;--code:#20272f;
--pass:#62d184;--warn:#f0b849;--fail:#ff8087;--inconclusive:#bd9df5;
--pass-bg:#11301b;--warn-bg:#352707;--fail-bg:#3d1518;--inconclusive-bg:#291d40;
--dns:#8795e6;--connect:#2bb3ab;--tls:#b478d8;--first:#e39a41;--rest:#6b7581;--link:#75b5ff}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--fg);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main,header,footer{max-width:68rem;margin:0 auto;padding:0 1.25rem}
h1,h2,h3,p,dl,dd,ul,ol,figure{margin:0}
h2{font-size:1.25rem;margin:2.5rem 0 .75rem}
h3{font-size:1rem;margin:1.25rem 0 .4rem}
a{color:var(--link)}
code,pre,.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.875em}
code,dt,dd,p,li,h1,h3,.id,.short,.where,.exchange td,.certificates td{overflow-wrap:anywhere}
.dim{color:var(--dim)}
.pass{--v:var(--pass);--v-bg:var(--pass-bg)}.warn{--v:var(--warn);--v-bg:var(--warn-bg)}
.fail{--v:var(--fail);--v-bg:var(--fail-bg)}.inconclusive{--v:var(--inconclusive);--v-bg:var(--inconclusive-bg)}
.badge{display:inline-block;white-space:nowrap;padding:.1em .6em;border-radius:1em;font-size:.8125rem;font-weight:700;color:var(--v);background:var(--v-bg);border:1px solid var(--v);print-color-adjust:exact}
.notice{margin:1.25rem 0 0;padding:1rem 1.25rem;border:3px dashed var(--warn);border-radius:.6rem;background:var(--warn-bg);color:var(--warn);font-size:1.35rem;line-height:1.35;font-weight:700}
.brand{padding-top:1.5rem;font-size:.875rem;color:var(--dim);letter-spacing:.02em}
.verdict{margin-top:.75rem;padding:1.25rem 1.5rem;border-radius:.6rem;background:var(--v-bg);border:1px solid var(--v);border-left-width:.5rem;print-color-adjust:exact}
.verdict h1{font-size:1.5rem;line-height:1.35;color:var(--v);text-wrap:balance}
.verdict .word{font-size:.875rem;font-weight:700;letter-spacing:.06em;text-transform:uppercase;color:var(--v)}
.cards{display:grid;grid-template-columns:repeat(4,1fr);gap:.75rem;margin-top:1rem}
.card{background:var(--card);border:1px solid var(--line);border-top:4px solid var(--v);border-radius:.5rem;padding:.6rem .9rem}
.card b{display:block;font-size:1.75rem;line-height:1.2;color:var(--v)}
.card.none{border-top-color:var(--line)}.card.none b{color:var(--dim);font-weight:400}
.facts{display:flex;flex-wrap:wrap;gap:.35rem 1.75rem;margin-top:1rem;font-size:.9375rem}
.facts div{display:flex;gap:.5rem}.facts dt{color:var(--dim)}
table{width:100%;border-collapse:collapse;background:var(--card);border:1px solid var(--line);border-radius:.5rem;overflow:hidden;font-size:.9375rem}
th,td{text-align:left;vertical-align:top;padding:.5rem .7rem;border-top:1px solid var(--line)}
thead th{border-top:0;color:var(--dim);font-size:.8125rem;font-weight:600;background:var(--code);print-color-adjust:exact}
.scroll{overflow-x:auto}
.list .where{min-width:18rem}.list .short{min-width:14rem;width:99%}.list .short code{display:block}
.endpoint{margin-top:1rem;background:var(--card);border:1px solid var(--line);border-left:.35rem solid var(--v);border-radius:.5rem;scroll-margin-top:1rem}
.endpoint>details>summary{padding:.8rem 1.1rem;cursor:pointer;list-style-position:outside;margin-left:1.5rem}
.endpoint summary .id{font-weight:600;margin:0 .4rem}
.endpoint summary .why{display:block;margin-top:.25rem}
.body{padding:0 1.25rem 1.1rem}
.grid{display:grid;grid-template-columns:fit-content(15rem) minmax(0,1fr);gap:.3rem 1.1rem;font-size:.9375rem}
.observation .grid{margin-top:.5rem}
.grid dt{color:var(--dim)}
.act{border:1px solid var(--line);border-radius:.5rem;padding:.75rem 1rem;background:var(--bg);margin-top:.25rem}
.act p+p{margin-top:.35rem}
.act .who{font-weight:700}
pre{margin:.35rem 0 0;padding:.7rem .9rem;background:var(--code);border:1px solid var(--line);border-radius:.4rem;white-space:pre-wrap;overflow-wrap:anywhere;print-color-adjust:exact}
.observation{border-top:1px solid var(--line);margin-top:1.25rem;padding-top:.25rem}
.exchange td{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.8125rem;padding:.2rem .6rem}
.exchange td:first-child{white-space:nowrap;color:var(--dim)}.exchange td:nth-child(2){white-space:nowrap}
.exchange tr.event td:last-child{color:var(--dim);font-style:italic}
.exchange td:last-child{white-space:pre-wrap;width:99%}
details.more{margin-top:.75rem}details.more>summary{cursor:pointer;font-weight:600;font-size:.9375rem}
.certificates td{min-width:7rem;font-size:.875rem}
.certificates .over{color:var(--fail);font-weight:700}
svg.waterfall{display:block;width:100%;overflow:hidden;margin-top:.35rem}
svg.waterfall text{fill:var(--fg);font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
svg.waterfall .tick{stroke:var(--line)}svg.waterfall .scale{fill:var(--dim);font-size:11px}
.dns{fill:var(--dns)}.connect{fill:var(--connect)}.tls{fill:var(--tls)}.first{fill:var(--first)}.rest{fill:var(--rest)}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;padding:0;list-style:none;font-size:.8125rem;color:var(--dim)}
.legend svg{width:.75rem;height:.75rem;margin-right:.35rem;vertical-align:-.08em}
.vantage{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.9rem 1.1rem;margin-top:.75rem}
.vantage ul{padding-left:1.2rem;margin-top:.35rem;font-size:.9375rem}
.bad{color:var(--fail);font-weight:700}
footer{margin-top:2.5rem;padding-bottom:2.5rem;font-size:.8125rem;color:var(--dim)}
@media (max-width:44rem){
main,header,footer{padding-left:.8rem;padding-right:.8rem}
.verdict{padding:1rem}.verdict h1{font-size:1.2rem}.notice{font-size:1.1rem}
.cards{grid-template-columns:repeat(2,1fr)}
.list thead{display:none}.list,.list tbody,.list tr,.list td{display:block}
.list tr{border-top:1px solid var(--line);padding:.6rem .8rem}.list tr:first-child{border-top:0}
.list td,.list .where,.list .short{border:0;padding:.1rem 0;min-width:0;width:auto}.list td:empty{display:none}
.list td[data-label]::before{content:attr(data-label) ": ";color:var(--dim)}
.body{padding:0 .8rem .9rem}.grid{grid-template-columns:1fr;gap:0}.grid dd{margin-bottom:.4rem}
.exchange,.exchange tbody,.exchange tr,.exchange td{display:block}.exchange tr{padding:.25rem 0;border-top:1px solid var(--line)}
.exchange td{border:0;padding:0 .6rem}.exchange td:nth-child(-n+2){display:inline-block;padding-right:0}
}
@media print{
body{background:#fff;font-size:10.5pt}main,header,footer{max-width:none;padding:0}
details::details-content{content-visibility:visible;block-size:auto}
.verdict,.card,.vantage,tr,svg,.act,pre{break-inside:avoid}h2,h3,summary{break-after:avoid}
a{color:inherit;text-decoration:none}
}
`;
