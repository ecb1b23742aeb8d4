/** Writes the published JSON Schemas, and the sentences of findings by their keys. Run by `npm run schema`; a test fails when they are stale. */
import { writeFileSync } from 'node:fs';
import {
  changeEventJsonSchema,
  messagesJson,
  profileJsonSchema,
  reportJsonSchema,
  targetsJsonSchema,
} from '../lib/service/json-schema.ts';

const docs = new URL('../docs/', import.meta.url);
writeFileSync(new URL('report.schema.json', docs), reportJsonSchema());
writeFileSync(new URL('profile.schema.json', docs), profileJsonSchema());
writeFileSync(new URL('targets.schema.json', docs), targetsJsonSchema());
writeFileSync(new URL('messages.json', docs), messagesJson());
writeFileSync(new URL('change-event.schema.json', docs), changeEventJsonSchema());
