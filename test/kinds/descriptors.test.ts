import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { KindDescriptor } from '../../lib/kinds/contract/descriptor.ts';
import { descriptorOf } from '../../lib/kinds/descriptors.ts';
import { KINDS } from '../../lib/model/vocabulary.ts';
import { kindsPage } from '../../lib/report/kinds-page.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

describe('descriptors', () => {
  it('are what docs/kinds.md says (npm run kinds writes it)', () => {
    expect(read('docs/kinds.md')).toBe(kindsPage());
  });

  it.each(KINDS)('%s has its URI on the page of the command line', (kind) => {
    expect(read('docs/command-line.md')).toContain(`${kind}://`);
  });

  it('give TLS assertions to the kinds that may carry TLS, and to no other', () => {
    const asked = KINDS.filter((kind) => descriptorOf(kind).assertions.includes('tlsMinVersion'));
    expect(asked).toEqual(KINDS.filter((kind) => ['implicit', 'starttls'].includes(descriptorOf(kind).tls)));
  });

  it('have no field that nobody outside lib/kinds reads', () => {
    const fields = {
      title: true,
      transport: true,
      defaultPort: true,
      timeoutMs: true,
      uri: true,
      browsed: true,
      dialsHost: true,
      assertions: true,
      pacing: true,
      oneAtATime: true,
      pauseMs: true,
      tls: true,
      standIn: true,
      isStarted: true,
      provesHost: true,
      findsPeers: true,
      answer: true,
      silence: true,
    } satisfies Record<keyof KindDescriptor | keyof KindDescriptor['pacing'], true>;
    const readers = readdirSync(join(root, 'lib'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.startsWith('kinds/'))
      .map((file) => read(join('lib', file)))
      .filter((text) => text.includes('kinds/descriptors.ts'))
      .join('\n');
    // As a property or in a destructuring: `.tls`, `{ tls,`, `, tls }`.
    const isRead = (field: string): boolean => new RegExp(`(\\.|[{,]\\s*)${field}\\b`).test(readers);
    expect(Object.keys(fields).filter((field) => !isRead(field))).toEqual([]);
  });
});
