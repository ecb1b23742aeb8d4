/** The same answer for a link that has expired, was revoked, never existed, or can't exist. */
import { createHash } from 'node:crypto';
import { notFoundPolicy, SAFE_HEADERS } from './headers.ts';
import type { LinkAnswer } from './link.ts';

const style =
  ':root{color-scheme:light dark}body{font:1rem/1.6 system-ui,sans-serif;max-width:36rem;margin:15vh auto;padding:0 1.25rem}h1{font-size:1.4rem}';

const text = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex,nofollow">
<title>No report here</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>No report here</h1>
<p>This link has expired, was closed, or never led anywhere. Ask whoever sent it to you for a new one.</p>
</main>
</body>
</html>
`;

export const NOT_FOUND_PAGE: LinkAnswer = {
  status: 404,
  headers: {
    ...SAFE_HEADERS,
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': notFoundPolicy(
      `sha256-${createHash('sha256').update(style).digest('base64')}`,
    ),
  },
  text,
};
