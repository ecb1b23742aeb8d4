/**
 * The page as eta templates. `<%= %>` escapes; `<%~ %>` does not and is used for nothing but includes and the style
 * sheet. The data are made in view.ts; templates decide nothing but what is shown.
 */
const waterfall = `<svg class="waterfall" role="img" aria-label="<%= it.label %>" width="100%" height="<%= it.height %>">
<% for (const tick of it.ticks) { %>
<line class="tick" x1="<%= tick.x %>" x2="<%= tick.x %>" y1="16" y2="<%= it.height %>"/><text class="scale" x="<%= tick.x %>" y="11"><%= tick.label %></text>
<% } %>
<% for (const row of it.rows) { %>
<text x="2" y="<%= row.y + 13 %>"><%= row.label %></text>
<% for (const bar of row.bars) { %>
<rect class="<%= bar.phase %>" x="<%= bar.x %>" y="<%= row.y + 18 %>" width="<%= bar.width %>" height="13" rx="1.5"><title><%= bar.title %></title></rect>
<% } %>
<% } %>
</svg>
<ul class="legend">
<% for (const phase of it.legend) { %>
<li><svg aria-hidden="true"><rect class="<%= phase.key %>" width="100%" height="100%" rx="2"/></svg><%= phase.name %></li>
<% } %>
</ul>
`;

const observation = `<section class="observation">
<h3><%= it.title %></h3>
<p class="dim"><%= it.when %></p>
<p><%= it.summary %></p>
<dl class="grid">
<% for (const fact of it.facts) { %>
<dt><%= fact.label %></dt><dd><%= fact.value %></dd>
<% } %>
</dl>
<% for (const chain of it.chains) { %>
<h3><%= chain.title %></h3>
<div class="scroll"><table class="certificates"><thead><tr><th>Subject</th><th>Issuer</th><th>Valid from</th><th>Valid until</th><th>Key, signature</th><th>Names</th></tr></thead><tbody>
<% for (const certificate of chain.certificates) { %>
<tr><td><%= certificate.subject %></td><td><%= certificate.issuer %></td><td><%= certificate.from %></td><td<% if (certificate.expired) { %> class="over"<% } %>><%= certificate.until %></td><td><%= certificate.key %></td><td><%= certificate.names %></td></tr>
<% } %>
</tbody></table></div>
<% } %>
<% if (it.exchange.length > 0) { %>
<details class="more"<% if (it.open) { %> open<% } %>><summary><%= it.exchangeTitle %></summary>
<table class="exchange"><tbody>
<% for (const line of it.exchange) { %>
<tr class="<%= line.dir %>"><td><%= line.at %></td><td><%= line.word %></td><td><%= line.text %></td></tr>
<% } %>
</tbody></table></details>
<% } %>
</section>
`;

const endpoint = `<section class="endpoint <%= it.verdict %>" id="<%= it.anchor %>">
<details<% if (it.open) { %> open<% } %>><summary><span class="badge"><%= it.badge %></span> <span class="id"><%= it.id %></span><span class="why"><%= it.summary %></span></summary>
<div class="body">
<% if (it.act) { %>
<h3>What to do</h3>
<div class="act">
<% if (it.side) { %><p class="who">To act: <%= it.side %></p><% } %>
<% for (const line of it.fix) { %><p><%= line %></p><% } %>
</div>
<% } %>
<% for (const rule of it.rules) { %>
<h3><%= rule.title %></h3>
<pre><%= rule.text %></pre>
<% } %>
<h3>Facts</h3>
<dl class="grid">
<% for (const fact of it.facts) { %>
<dt><%= fact.label %></dt><dd><% if (fact.href) { %><a href="<%= fact.href %>" rel="noreferrer noopener"><%= fact.value %></a><% } else { %><%= fact.value %><% } %></dd>
<% } %>
</dl>
<% if (it.waterfall) { %>
<h3>Timing</h3>
<%~ include('@waterfall', it.waterfall) %>
<% } %>
<% for (const observation of it.observations) { %><%~ include('@observation', observation) %><% } %>
</div></details></section>
`;

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="<%= it.policy %>">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex,nofollow">
<title><%= it.title %></title>
<style><%~ it.css %></style>
</head>
<body>
<header>
<p class="brand">Inbound Check · reachability report</p>
<% if (it.notice) { %>
<p class="notice" role="note"><%= it.notice %></p>
<% } %>
<div class="verdict <%= it.verdict %>"><p class="word"><%= it.badge %></p><h1><%= it.summary %></h1>
<% if (it.partial) { %><p>Cut short: this is what was measured until then.</p><% } %>
</div>
<div class="cards">
<% for (const card of it.cards) { %>
<div class="card <%= card.verdict %><% if (card.count === 0) { %> none<% } %>"><b><%= card.count %></b><%= card.title %></div>
<% } %>
</div>
<dl class="facts">
<% for (const fact of it.facts) { %><div><dt><%= fact.label %></dt><dd><%= fact.value %></dd></div><% } %>
</dl>
</header>
<main>
<h2>Endpoints</h2>
<table class="list"><thead><tr><th>Verdict</th><th>Endpoint</th><th>Must be</th><th>To act</th><th>In short</th></tr></thead><tbody>
<% for (const row of it.endpoints) { %>
<tr><td class="<%= row.verdict %>"><span class="badge"><%= row.badge %></span></td><td class="where"><a href="#<%= row.anchor %>"><%= row.id %></a></td><td data-label="Must be"><%= row.must %></td><td<% if (row.sideWord) { %> data-label="To act"<% } %>><%= row.sideWord %></td><td class="short"><%= row.summary %><% if (row.cause) { %> <code class="dim"><%= row.cause %></code><% } %></td></tr>
<% } %>
</tbody></table>
<h2>Details and evidence</h2>
<% for (const each of it.endpoints) { %><%~ include('@endpoint', each) %><% } %>
<h2>Where this was seen from</h2>
<% for (const vantage of it.vantages) { %>
<section class="vantage"><strong><%= vantage.id %></strong> <span class="dim"><%= vantage.about %></span>
<% if (vantage.controls.length > 0) { %>
<ul>
<% for (const control of vantage.controls) { %><li<% if (!control.ok) { %> class="bad"<% } %>><%= control.text %></li><% } %>
</ul>
<% } else { %><p class="dim">No controls: a timeout seen from here proves nothing about the far end.</p><% } %>
</section>
<% } %>
</main>
<footer><p>Times are UTC. A control is a host known to answer on a port: only while it answers is silence of the target held against the target. The negative control is a reserved address that must not connect: if it does, the network of the vantage answers for everyone.</p>
<p>Run <code><%= it.id %></code> · <%= it.schema %> · the same facts for machines: <code>--format json</code></p></footer>
</body>
</html>
`;

export const templates = {
  '@waterfall': waterfall,
  '@observation': observation,
  '@endpoint': endpoint,
  '@page': page,
} as const;
