import type { IncomingMessage } from 'node:http';

/** Bytes of a body. The router takes less, and says so; this is the bound of what is read at all. */
export const MAX_BODY_BYTES = 1_000_000;

/** `too-large`: not read to its end, so that the connection can't be used any more. Rejects when the caller goes away. */
export async function readBody(
  request: IncomingMessage,
  maxBytes = MAX_BODY_BYTES,
): Promise<{ readonly text: string } | 'too-large'> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return 'too-large';
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) return 'too-large';
    chunks.push(chunk);
  }
  return { text: Buffer.concat(chunks).toString('utf8') };
}
