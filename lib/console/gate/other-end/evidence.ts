/** A log or block as the API takes it: as text, or gzipped where it is large. Undefined: larger than any that is taken. */
export type SentEvidence = { readonly log: string } | { readonly logGzip: string };

/** Characters, and bytes unpacked: as the contract has them. */
const MAX_PLAIN = 300_000;
const MAX_BYTES = 1_000_000;

export async function sentEvidence(text: string): Promise<SentEvidence | undefined> {
  if (text.length <= MAX_PLAIN) return { log: text };
  const blob = new Blob([text]);
  if (blob.size > MAX_BYTES) return undefined;
  const zipped = await new Response(blob.stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer();
  const bytes = Array.from(new Uint8Array(zipped), (byte) => String.fromCharCode(byte)).join('');
  const logGzip = btoa(bytes);
  return logGzip.length <= MAX_PLAIN ? { logGzip } : undefined;
}
