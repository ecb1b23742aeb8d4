/** The console's static files, read once at the start: some 200 kB. */
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ApiAnswer } from '../../service/api/http-event.ts';

export interface ConsoleSite {
  /** The page itself, for who is signed in. */
  readonly home: ApiAnswer;
  /** What the page loads: the same for everybody, and nobody's data. */
  readonly files: (request: {
    readonly method: string;
    readonly path: string;
  }) => Promise<ApiAnswer | undefined>;
}

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const SAFE = {
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
} as const;

/** No script or style but the files beside it, no request to anyone else, in no frame; text can't become HTML by accident. */
const POLICY = [
  `default-src 'none'`,
  `script-src 'self'`,
  `style-src 'self'`,
  `connect-src 'self'`,
  `img-src 'self'`,
  `form-action 'none'`,
  `base-uri 'none'`,
  `frame-ancestors 'none'`,
  `require-trusted-types-for 'script'`,
].join('; ');

/** Beside the bundle; from the sources what the last build made. */
const FOLDERS = ['./console/', '../../../dist/console/'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

/** Undefined: it was never built. */
export async function consoleSite(folders: readonly string[] = FOLDERS): Promise<ConsoleSite | undefined> {
  for (const folder of folders) {
    const page = await readFile(join(folder, 'index.html'), 'utf8').catch(() => undefined);
    if (page === undefined) continue;
    const files = new Map<string, ApiAnswer>();
    for (const name of await readdir(folder)) {
      const mediaType = MEDIA_TYPES[extname(name)];
      if (mediaType !== undefined)
        files.set(`/${name}`, fileAnswer(await readFile(join(folder, name), 'utf8'), mediaType));
    }
    return { home: homeAnswer(page), files: async ({ method, path }) => answer(files.get(path), method) };
  }
  return undefined;
}

function answer(file: ApiAnswer | undefined, method: string): ApiAnswer | undefined {
  if (file === undefined) return undefined;
  if (method === 'GET') return file;
  const { body: _body, ...head } = file;
  return method === 'HEAD' ? head : { statusCode: 405, headers: { allow: 'GET, HEAD' }, body: '' };
}

/** A script's or style's name holds its hash, so that it never changes; the icon's may be old for a while. */
const fileAnswer = (body: string, mediaType: string): ApiAnswer => ({
  statusCode: 200,
  headers: { ...SAFE, 'content-type': mediaType, 'cache-control': 'public, max-age=31536000, immutable' },
  body,
});

const homeAnswer = (body: string): ApiAnswer => ({
  statusCode: 200,
  headers: {
    ...SAFE,
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': POLICY,
    'x-frame-options': 'DENY',
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'x-robots-tag': 'noindex, nofollow, noarchive',
  },
  body,
});
