/** The station's pages as eta templates. `<%= %>` escapes; `<%~ %>` does not, and is used for includes and the style sheet alone. */

const form = `<form method="post" action="<%= it.action %>">
<% if (it.heading) { %><h2><%= it.heading %></h2><% } %>
<input type="hidden" name="form" value="<%= it.token %>">
<% for (const [name, value] of it.hidden ?? []) { %><input type="hidden" name="<%= name %>" value="<%= value %>">
<% } %>
<% for (const field of it.fields ?? []) { %><label for="<%= field.name %>"><%= field.label %></label>
<input id="<%= field.name %>" name="<%= field.name %>" type="<%= field.type %>" autocomplete="<%= field.autocomplete %>"<% if (field.value) { %> value="<%= field.value %>"<% } %> required<% if (field.isFixed) { %> readonly<% } %><% if (field.hint) { %> aria-describedby="<%= field.name %>-hint"<% } %>>
<% if (field.hint) { %><p class="hint" id="<%= field.name %>-hint"><%= field.hint %></p><% } %>
<% } %>
<button><%= it.button %></button>
</form>
`;

const table = `<h2><%= it.title %></h2>
<div class="scroll" tabindex="0" role="region" aria-label="<%= it.title %>"><table><thead><tr><% for (const cell of it.head) { %><th scope="col"><%= cell %></th><% } %></tr></thead><tbody>
<% for (const row of it.rows) { %><tr><% for (const cell of row.cells) { %><td><%= cell %></td><% } %><td><% if (row.form) { %><%~ include('@form', row.form) %><% } %></td></tr>
<% } %>
</tbody></table></div>
`;

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex,nofollow">
<% if (it.next) { %><meta http-equiv="refresh" content="0;url=<%= it.next %>">
<% } %><title><%= it.title %> – Inbound Check</title>
<style><%~ it.style %></style>
</head>
<body>
<main>
<h1><%= it.title %></h1>
<% if (it.wrong) { %><p class="wrong" role="alert"><%= it.wrong %></p>
<% } %><% for (const line of it.lines) { %><p><%= line %></p>
<% } %>
<% if (it.facts.length > 0) { %><dl><% for (const [label, value] of it.facts) { %><dt><%= label %></dt><dd><%= value %></dd><% } %></dl><% } %>
<% for (const one of it.forms) { %><%~ include('@form', one) %><% } %>
<% if (it.table) { %><%~ include('@table', it.table) %><% } %>
<% for (const link of it.links) { %><p><a href="<%= link.href %>"><%= link.text %></a></p>
<% } %>
</main>
</body>
</html>
`;

export const templates = { '@page': page, '@form': form, '@table': table };
