/** The examples of docs/events.md are what the schemas say and what the fleet filters by. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { ChangeEvent, ChangeKind } from '../../../lib/model/change-event.ts';
import { RunFailedEvent, RunFinishedEvent } from '../../../lib/service/runs/run-event.ts';
import * as names from '../../../lib/service/runs/run-events.ts';

const read = (file: string): string =>
  readFileSync(new URL(`../../../docs/${file}`, import.meta.url), 'utf8');
const page = read('events.md');
const [change, finished, failed, rule] = [...page.matchAll(/^```json\n([\s\S]*?)^```/gm)].map(
  ([, text = '']): unknown => JSON.parse(text),
);

it.each([
  ['change', change, ChangeEvent],
  ['run finished', finished, RunFinishedEvent],
  ['run failed', failed, RunFailedEvent],
])('%s: every field of the example is in the schema, and fits it', (_name, example, schema) => {
  expect(schema.parse(example)).toEqual(example);
  for (const field of Object.keys(schema.shape)) expect(example).toHaveProperty(field);
});

it('change: the example fits the published JSON Schema, too', () => {
  const published = z.fromJSONSchema(JSON.parse(read('change-event.schema.json')));
  expect(published.safeParse(change).success).toBe(true);
  expect(published.safeParse({ ...(change as object), kind: 'other' }).success).toBe(false);
});

it('names what is sent as it is sent', () => {
  for (const type of [
    names.CHANGE,
    names.RUN_FINISHED,
    names.RUN_FAILED,
    names.SWEEP_FINISHED,
    names.SWEEP_FAILED,
  ])
    expect(page).toContain(`\`${type}\``);
  for (const kind of ChangeKind.options) expect(page).toContain(`\`${kind}\``);
  expect(rule).toMatchObject({ source: [names.EVENT_SOURCE], 'detail-type': [names.CHANGE] });
});
