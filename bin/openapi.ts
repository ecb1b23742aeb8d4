/** Writes docs/openapi.json. Run by `npm run openapi`; a test fails when it is stale. */
import { writeFileSync } from 'node:fs';
import { documentedContracts } from '../lib/service/api/documented.ts';
import { openApiDocument } from '../lib/service/api/openapi.ts';
import { peopleContracts } from '../lib/service/contracts/people.ts';

writeFileSync(
  new URL('../docs/openapi.json', import.meta.url),
  openApiDocument([...documentedContracts, ...Object.values(peopleContracts)]),
);
