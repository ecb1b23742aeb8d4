import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Licence texts of bundled packages: their terms ask that the text goes with every copy.
 *
 * @param {string} root the project's root
 * @param {readonly string[]} inputs files that went into a bundle, from there
 */
export function licences(root, inputs) {
  const packages = new Set();
  for (const input of inputs) {
    const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (match?.[1]) packages.add(match[1]);
  }
  const texts = [];
  for (const path of [...packages].sort()) {
    const folder = join(root, path);
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((item) => /^(licen[cs]e|copying)/i.test(item));
    const text = file === undefined ? `Licence: ${license}` : readFileSync(join(folder, file), 'utf8').trim();
    texts.push(`${name} ${version} (${license})\n\n${text}\n`);
  }
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}
