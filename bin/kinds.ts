/** Writes docs/kinds.md from the descriptors of the kinds. */
import { writeFileSync } from 'node:fs';
import { kindsPage } from '../lib/report/kinds-page.ts';

writeFileSync(new URL('../docs/kinds.md', import.meta.url), kindsPage());
