/** Writes docs/causes.md from the documentation that is next to the cause codes. */
import { writeFileSync } from 'node:fs';
import { causesPage } from '../lib/report/explain.ts';

writeFileSync(new URL('../docs/causes.md', import.meta.url), causesPage());
