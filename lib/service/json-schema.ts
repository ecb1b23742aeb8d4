/** The published JSON Schemas (draft 2020-12), made from the zod schemas: those are written once. */
import * as z from 'zod';
import { Report } from '../engine/report-schema.ts';
import { TargetsFile } from '../input/request/targets-file.ts';
import { patterns } from '../kinds/messages.ts';
import { ChangeEvent } from '../model/change-event.ts';
import { Profile } from '../model/profile.ts';

type Schema = z.core.JSONSchema.JSONSchema;

const published = (schema: z.ZodType, head: { $id: string; title: string; description: string }): string => {
  const { $schema, ...rest }: Schema = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io: 'input',
    override({ jsonSchema }) {
      // zod's own format name, which strict validators refuse; its pattern says the same.
      if (jsonSchema.format === 'starts_with') delete jsonSchema.format;
      // A TypeScript notion; in JSON Schema it would say that the user may not write the value.
      delete jsonSchema.readOnly;
    },
  });
  return `${JSON.stringify({ $schema, ...head, ...rest }, null, 2)}\n`;
};

/**
 * docs/report.schema.json. Objects are open: a reader of `@1` must expect fields that a later version adds, as it
 * may meet them.
 */
export const reportJsonSchema = (): string =>
  published(Report, {
    $id: 'urn:inbound-check:report@1',
    title: 'Inbound Check report',
    description: 'One run of Inbound Check. Times are ISO 8601 in UTC, durations are milliseconds.',
  });

/** docs/profile.schema.json: what a user writes, so defaults may be left out and unknown keys are mistakes. */
export const profileJsonSchema = (): string =>
  published(Profile, {
    $id: 'urn:inbound-check:profile',
    title: 'Inbound Check profile',
    description: 'A table of what must, and what must not, be reachable; as YAML or JSON.',
  });

/** docs/targets.schema.json: the file that `check -f` reads; editors complete and check it by this. */
export const targetsJsonSchema = (): string =>
  published(TargetsFile, {
    $id: 'urn:inbound-check:targets',
    title: 'Inbound Check targets',
    description: 'Many targets and the settings of their run in one file, as YAML or JSON.',
  });

/** docs/change-event.schema.json. Open, as the report is. */
export const changeEventJsonSchema = (): string =>
  published(ChangeEvent, {
    $id: 'urn:inbound-check:change@1',
    title: 'Inbound Check change',
    description: 'The detail of an event `Inbound Check Change` on the bus of the fleet.',
  });

/** Every English sentence of a finding or verdict by its key, in the order of the keys: what a translator starts from. */
export const messagesJson = (): string =>
  `${JSON.stringify(Object.fromEntries([...patterns].sort(([a], [b]) => (a < b ? -1 : 1))), undefined, 2)}\n`;
