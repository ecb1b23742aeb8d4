/** Writes docs/causes.md from the documentation that stands beside the cause codes. */
import { writeFileSync } from 'node:fs';
import { causesPage } from '../lib/diagnose/explain.ts';

writeFileSync(new URL('../docs/causes.md', import.meta.url), causesPage());
