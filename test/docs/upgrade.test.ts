/** docs/upgrade.md says which versions go together; the code decides it. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import {
  OLDEST_PROBER,
  PAYLOAD_VERSION,
  UNSTATED_VERSION,
  versionsApart,
} from '../../lib/service/runs/payload-version.ts';

const page = readFileSync(fileURLToPath(new URL('../../docs/upgrade.md', import.meta.url)), 'utf8');

it('docs/upgrade.md names the version of today, the oldest that goes with it, and what is said of one that does not', () => {
  expect(page).toContain(`It is ${PAYLOAD_VERSION}; probers that state none are ${UNSTATED_VERSION}.`);
  expect(page).toContain(`| older, from ${OLDEST_PROBER} on |`);
  expect(page).toContain(`ProberMismatch: ${versionsApart('eu-west-1', PAYLOAD_VERSION + 1)}`);
});
