import type { PageWords } from '../language/english.ts';

const BLOCK = '(?:article|details|div|dd|dl|dt|h[1-6]|p|section|summary|table|tbody|tr|li|ol|ul)';
/** Before and behind a block's tag a line break says nothing, and a page has hundreds of them. */
const BREAK_AT_BLOCK = new RegExp(`>\\n+(?=</?${BLOCK}\\b)|(?<=</${BLOCK}>)\\n+(?=<)`, 'g');

/**
 * The page as eta templates. `<%= %>` escapes; `<%~ %>` does not and is used for nothing but includes, style sheet,
 * script and data elements. The data are made in view.ts; templates only decide what is shown. The words are our own text, markup
 * included. Names and sources, as eta loads them.
 */
export const templatesIn = (words: PageWords): (readonly [name: string, source: string])[] =>
  Object.entries(sourcesIn(words)).map(([name, source]) => [
    name,
    source.replace(BREAK_AT_BLOCK, (found) => found.trimEnd()),
  ]);

function sourcesIn({ language, markup: m }: PageWords) {
  const time = `<time datetime="<%= it.iso %>"><%= it.text %></time>`;

  const strip = `<svg class="strip" role="img" aria-label="<%= it.label %>" width="<%= it.width %>" height="16">
<% for (const path of it.paths) { %><path class="<%= path.tone %>" d="<%= path.d %>"/><% } %></svg>`;

  const chain = `<p class="dim"><%= it.title %></p>
<ol class="chain">
<% for (const each of it.certificates) { %>
<li><div class="certificate<% if (each.bad) { %> faulty<% } %><% if (each.unused) { %> unused<% } %>">
<p><span class="role"><%= each.role %></span> <strong><%= each.name %></strong> <span class="dim">${m.issuedBy} <%= each.issuer %></span></p>
<% if (each.bar) { %><svg class="validity" aria-hidden="true" width="100%" height="14"><rect class="track" y="4" width="100%" height="6" rx="3"/><rect class="valid" x="<%= each.bar.x %>" y="4" width="<%= each.bar.width %>" height="6" rx="3"/><line x1="<%= each.bar.now %>" x2="<%= each.bar.now %>" y1="0" y2="14"/></svg><% } %>
<% if (each.dates) { %><p class="dates">${m.valid} <%= each.dates %></p><% } %>
<% for (const fault of each.faults) { %><p class="wrong">✗ <%= fault %></p><% } %>
<% if (each.details) { %><p class="fine dim"><%= each.details %></p><% } %>
</div>
<% if (each.link) { %><p class="link<% if (each.link.broken) { %> broken<% } %>"><svg aria-hidden="true" width="16" height="26"><% if (each.link.broken) { %><path d="M8 0v8M8 18v8M3 9l10 8M13 9l-10 8"/><% } else { %><path d="M8 0v20M3 15l5 6 5-6"/><% } %></svg><%= each.link.text %></p><% } %>
</li>
<% } %>
</ol>
`;

  const observed = `<div class="scroll" tabindex="0" role="region" aria-label="${m.sawOf}"><table class="observed"><thead><tr><th>${m.vantage}</th><th>${m.saw}</th><th>${m.from}</th><% if (!it.observed.to) { %><th>${m.to}</th><% } %><th>${m.when}</th><th>${m.took}</th><% if (it.observed.axis) { %><th>${m.axis}</th><% } %></tr></thead><tbody>
<% for (const each of it.observed.rows) { %><tr><th><%= each.vantage %></th><td class="<%= each.tone %>"><%= each.saw %><% if (each.cause) { %> <code><%= each.cause %></code><% } %></td><td><%= each.source %></td><% if (!it.observed.to) { %><td><%= each.address %></td><% } %><td><% for (const [at, time] of each.times.entries()) { %><% if (at > 0) { %> <% } %><time><%= time %></time><% } %></td><td><%= each.took %></td><% if (it.observed.axis) { %><td><svg class="bars" aria-hidden="true"><% for (const bar of each.bars) { %><rect class="<%= bar.phase %>" x="<%= bar.x %>" width="<%= bar.width %>"/><% } %></svg></td><% } %></tr>
<% } %>
</tbody></table></div>
`;

  const evidence = `<section class="evidence">
<h5><%= it.title %></h5>
<p><%= it.summary %><% if (it.also) { %> <span class="dim"><%= it.also %></span><% } %></p>
<dl class="grid">
<% for (const fact of it.facts) { %><dt><%= fact.label %></dt><dd><%= fact.value %></dd>
<% } %>
</dl>
<% if (it.exchange) { %><div class="code"><p class="dim"><%= it.exchangeTitle %></p><pre><%= it.exchange %></pre></div><% } %>
</section>
`;

  const history = `<div class="history"><p><%~ include('@strip', it.strip) %> <strong><%= it.since %></strong> <%~ include('@time', it.at) %></p>
<% for (const change of it.changes) { %>
<p><%= change.title %> (<%~ include('@time', change.at) %>, <%= change.verdict %>): <% if (change.lines.length === 0) { %>${m.nothingChanged}<% } %></p>
<% if (change.lines.length > 0) { %><ul><% for (const line of change.lines) { %><li><%= line %></li><% } %></ul><% } %>
<% } %>
</div>
`;

  const repeat = `<details class="more"><summary>${m.repeat}</summary>
<% for (const each of it.repeat) { %>
<% for (const one of each.commands) { %>
<div class="code"><p class="dim"><strong><%= one.tool %></strong><% if (one.shell === 'powershell') { %> (Windows PowerShell)<% } %>, <%= each.title %>: <%= one.shows %></p><pre><%= one.command %></pre></div>
<% } %>
<% } %>
</details>
`;

  const clients = `<details class="more"><summary>${m.clients}</summary>
<% for (const each of it.clients) { %>
<p class="dim">${m.seenBy}</p>
<div class="scroll" tabindex="0" role="region" aria-label="${m.clientsOf}"><table class="observed"><thead><tr><th>${m.client}</th><th>${m.connects}</th><th>${m.why}</th><th>${m.knownBy}</th></tr></thead><tbody>
<% for (const row of each.rows) { %><tr><th><%= row.name %></th><td><%= row.connects %></td><% if (row.whyRows > 0) { %><td<% if (row.whyRows > 1) { %> rowspan="<%= row.whyRows %>"<% } %>><%= row.why %></td><% } %><td><%= row.known %></td></tr>
<% } %></tbody></table></div>
<% } %></details>
`;

  const endpoint = `<article class="endpoint <%= it.verdict %>" id="<%= it.anchor %>">
<details<% if (it.open) { %> open<% } %>><summary><h3><span class="badge"><%= it.badge %></span> <span class="id"><%= it.id %></span> <span class="dim must"><%= it.must %></span></h3><span class="why"><%= it.summary %></span></summary>
<div class="body">
<% if (it.history) { %><%~ include('@history', it.history) %><% } %>
<% if (it.open && (it.diagnosis || it.fix.length > 0)) { %>
<div class="act">
<% if (it.diagnosis) { %><h4>${m.diagnosis}</h4>
<p><%= it.diagnosis.text %> <code><%= it.diagnosis.cause %></code></p>
<% for (const other of it.diagnosis.also) { %><p class="dim">${m.alsoFound} <%= other.text %> <code><%= other.cause %></code></p><% } %>
<details class="proof"><summary>${m.proof}</summary><p><%= it.diagnosis.proof %></p></details><% } %>
<% if (it.side) { %><h4>${m.whoActs}</h4><p class="who"><%= it.side %></p><% } %>
<% if (it.fix.length > 0) { %><h4>${m.whatToDo}</h4><% for (const line of it.fix) { %><p><%= line %></p><% } %><% } %>
<% if (it.rules.length > 0) { %><div class="rules"><h4>${m.rule}</h4><% for (const rule of it.rules) { %><details class="rule"><summary><%= rule.product %></summary><div class="code"><pre><%= rule.text %></pre></div><% if (rule.find) { %><p>${m.find}</p><div class="code"><pre><%= rule.find %></pre></div><% } %></details><% } %><% if (it.furtherRules) { %><p>${m.furtherRules}</p><% } %></div><% } %>
</div>
<% } %>
<% if (it.observed) { %><h4>${m.whatSeen}<% if (it.observed.to) { %>${m.whatSeenOf}<% } %></h4>
<%~ include('@observed', it) %><% } %>
<% if (it.chains.length > 0) { %><h4>${m.chain}</h4>
<% for (const each of it.chains) { %><%~ include('@chain', each) %><% } %><% } %>
<% if (it.evidence.length > 0) { %><details class="more"><summary>${m.evidence}</summary>
<% for (const each of it.evidence) { %><%~ include('@evidence', each) %><% } %></details><% } %>
<% if (it.clients.length > 0) { %><%~ include('@clients', it) %><% } %>
<% if (it.repeat.length > 0) { %><%~ include('@repeat', it) %><% } %>
<dl class="grid about">
<% for (const fact of it.facts) { %><dt><%= fact.label %></dt><dd><% if (fact.href) { %><a href="<%= fact.href %>" rel="noreferrer noopener"><%= fact.value %></a><% } else { %><%= fact.value %><% } %></dd>
<% } %>
</dl>
</div></details></article>
`;

  const vantages = `<ul class="vantages">
<% for (const vantage of it.vantages) { %>
<li><h3><%= vantage.id %></h3><p class="dim"><%= vantage.about %></p>
<% if (vantage.unavailable) { %><p class="bad">${m.gaveNoResult} <%= vantage.unavailable %></p><% } %><p><%~ include('@strip', vantage.strip) %></p><p><%= vantage.toneCounts %></p>
<% if (vantage.controls.length > 0) { %><details><summary<% if (vantage.controlsBad) { %> class="bad"<% } %>><%= vantage.controlsTitle %></summary><ul><% for (const control of vantage.controls) { %><li<% if (!control.ok) { %> class="bad"<% } %>><%= control.text %></li><% } %></ul></details><% } else { %><p class="dim">${m.controlsMissing}</p><% } %>
</li>
<% } %>
</ul>
`;

  const joined = `<% for (const each of it.joined) { %>
<section><h2>${m.bothEnds}</h2>
<p class="dim"><%= each.about %></p>
<ul><% for (const line of each.lines) { %><li><p><% if (line.cause) { %><code><%= line.cause %></code> <% } %><%= line.text %></p><% if (line.who) { %><p class="who"><%= line.who %></p><% } %><% if (line.fix) { %><p><%= line.fix %></p><% } %></li><% } %></ul>
</section>
<% } %>`;

  const matrix = `<div class="scroll" tabindex="0" role="region" aria-label="${m.matrix}"><table class="list" role="table"><thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">${m.verdict}</th><th scope="col" role="columnheader">${m.endpoint}</th><% for (const vantage of it.vantages) { %><th scope="col" role="columnheader"><%= vantage.id %></th><% } %><th scope="col" role="columnheader">${m.act}</th></tr></thead><tbody role="rowgroup">
<% for (const row of it.rows) { %>
<tr role="row"><td class="<%= row.verdict %>" role="cell"><span class="badge"><%= row.badge %></span></td><th scope="row" role="rowheader"><% if (it.links) { %><a href="#<%= row.anchor %>"><% for (const piece of row.pieces) { %><span><%= piece %></span><% } %></a><% } else { %><span class="id"><% for (const piece of row.pieces) { %><span><%= piece %></span><% } %></span><% } %> <span class="dim must"><%= row.must %></span></th><% for (const cell of row.cells) { %><td class="cell <%= cell.tone %>" role="cell" data-label="<%= cell.vantage %>"><b><%= cell.symbol %> <%= cell.word %></b> <span class="dim"><%= cell.time %></span></td><% } %><td class="side" role="cell" data-label="${m.act}"><%= row.sideWord %></td></tr>
<% } %>
</tbody></table></div>
`;

  const seal = `<% if (it.contact) { %><p><%= it.contact.label %>: <% if (it.contact.href) { %><a href="<%= it.contact.href %>" rel="noreferrer noopener"><%= it.contact.value %></a><% } else { %><%= it.contact.value %><% } %>. ${m.verifier}</p>
<% } %><h2>${m.trust}</h2>
<p>${m.times}</p>
<% if (it.shortened) { %><p>${m.shortened}</p><% } %>
<% if (it.keyId) { %><p>${m.signed}</p>
<% } else { %><p>${m.unsigned}</p><% } %>
<p class="dim">${m.run} <code><%= it.id %></code> · <%= it.schema %> · ${m.canonical}, SHA-256 <code><%= it.digest %></code> · Inbound Check <%= it.version %></p>
`;

  const top = `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="<%= it.policy %>">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex,nofollow">
<meta name="color-scheme" content="light dark">
<title><%= it.title %></title>
<style><%~ it.css %></style>
</head>
<body>
<a class="skip" href="#endpoints">${m.skip}</a>
<header>
<p class="brand">Inbound Check · ${m.brand}</p>
<% if (it.notice) { %><p class="notice" role="note"><%= it.notice %></p><% } %>
<div class="verdict <%= it.verdict %>"><p class="word"><%= it.badge %></p><h1><%= it.summary %></h1>
<% if (it.measured) { %><p><%= it.measured %></p><% } %>
<% for (const said of it.remarks) { %><p><%= said %></p><% } %>
<% if (it.partial) { %><p>${m.partial}</p><% } %>
${m.translated}<% if (it.sides.length > 0) { %><p class="sides">${m.sides} <%= it.sides.join('; ') %>.</p><% } %>
</div>
<ul class="cards">
<% for (const card of it.cards) { %><li class="card <%= card.verdict %><% if (card.count === 0) { %> none<% } %>"><b><%= card.count %></b> <%= card.title %></li><% } %>
</ul>
<dl class="facts">
<% for (const fact of it.facts) { %><div><dt><%= fact.label %></dt><dd><% if (fact.time) { %><%~ include('@time', fact.time) %><% } else { %><%= fact.value %><% } %></dd></div><% } %>
</dl>
<div id="tools" hidden></div>
<p id="live" role="status" class="unseen"></p>
</header>
<main>
<section aria-labelledby="vantages"><h2 id="vantages">${m.where}</h2>
<%~ include('@vantages', it) %></section>
<section aria-labelledby="endpoints"><h2 id="endpoints" tabindex="-1">${m.endpoints}</h2>
<% if (it.rows.length > 0 || it.folded.length === 0) { %><%~ include('@matrix', { rows: it.rows, vantages: it.vantages, links: true }) %><% } %>
<% if (it.folded.length > 0) { %><details class="folded"><summary>${m.pass}</summary>
<p class="dim">${m.passAbout}</p>
<%~ include('@matrix', { rows: it.folded, vantages: it.vantages, links: false }) %></details><% } %></section>
<%~ include('@joined', it) %>
<section aria-labelledby="details"><h2 id="details">${m.findings}</h2>
<% if (it.legend.length > 0) { %><ul class="legend"><li>${m.legend}</li><% for (const phase of it.legend) { %><li><svg aria-hidden="true"><rect class="<%= phase.key %>" width="100%" height="100%" rx="2"/></svg><%= phase.name %></li><% } %></ul><% } %>
`;

  const bottom = `</section>
</main>
<footer>
<%~ include('@seal', it) %>
</footer>
<%~ it.data %>
<script><%~ it.script %></script>
<%~ it.signature %>
</body>
</html>
`;

  return {
    '@time': time,
    '@strip': strip,
    '@chain': chain,
    '@observed': observed,
    '@evidence': evidence,
    '@history': history,
    '@repeat': repeat,
    '@clients': clients,
    '@endpoint': endpoint,
    '@vantages': vantages,
    '@joined': joined,
    '@matrix': matrix,
    '@seal': seal,
    '@top': top,
    '@bottom': bottom,
  } as const;
}
