/** Writes the published JSON Schemas. Run by `npm run schema`; a test fails when they are stale. */
import { writeFileSync } from 'node:fs';
import {
  changeEventJsonSchema,
  profileJsonSchema,
  reportJsonSchema,
  targetsJsonSchema,
} from '../lib/report/json-schema.ts';

const docs = new URL('../docs/', import.meta.url);
writeFileSync(new URL('report.schema.json', docs), reportJsonSchema());
writeFileSync(new URL('profile.schema.json', docs), profileJsonSchema());
writeFileSync(new URL('targets.schema.json', docs), targetsJsonSchema());
writeFileSync(new URL('change-event.schema.json', docs), changeEventJsonSchema());
