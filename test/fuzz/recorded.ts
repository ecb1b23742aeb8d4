/** True exchanges, recorded once from real servers by `npx tsx test/fuzz/record/record.ts`: what mutations start from. */
import { readFileSync } from 'node:fs';

export interface Recorded {
  /** Which server said it, and what it was asked. */
  readonly name: string;
  /** What the server sent, cut where the client spoke in between. Base64 in the file. */
  readonly turns: readonly Buffer[];
}

/** A file of `test/fuzz/corpus`. */
export type CorpusName = 'dns' | 'http1' | 'http2' | 'smtp' | 'ssh' | 'tls';

export const corpusUrl = (name: CorpusName): URL => new URL(`./corpus/${name}.json`, import.meta.url);

export function loadCorpus(name: CorpusName): readonly Recorded[] {
  const stored = JSON.parse(readFileSync(corpusUrl(name), 'utf8')) as { name: string; turns: string[] }[];
  return stored.map((one) => ({
    name: one.name,
    turns: one.turns.map((turn) => Buffer.from(turn, 'base64')),
  }));
}
