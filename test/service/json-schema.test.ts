import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { json } from '../../lib/report/json.ts';
import {
  changeEventJsonSchema,
  messagesJson,
  profileJsonSchema,
  reportJsonSchema,
  targetsJsonSchema,
} from '../../lib/service/json-schema.ts';
import { render, sampleReport } from '../report/sample-report.ts';

const published = (name: string): string =>
  readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');

describe('the published JSON Schemas', () => {
  it.each([
    ['report.schema.json', reportJsonSchema],
    ['profile.schema.json', profileJsonSchema],
    ['targets.schema.json', targetsJsonSchema],
    ['change-event.schema.json', changeEventJsonSchema],
    ['messages.json', messagesJson],
  ])('%s is what the zod schemas give (else: npm run schema)', (name, make) => {
    expect(published(name)).toBe(make());
  });

  const report = z.fromJSONSchema(JSON.parse(published('report.schema.json')));

  it('accepts a report as the json format writes it', () => {
    expect(report.safeParse(JSON.parse(render(json))).error).toBeUndefined();
  });

  it.each([
    ['a verdict that is no text', { verdict: 7 }],
    ['a time without zone', { startedAt: '2026-03-01T09:30:05' }],
    ['another schema version', { schema: 'inbound-check/report@2' }],
    ['a cause that is no text', { endpoints: [{ ...sampleReport.endpoints[0], cause: 7 }] }],
  ])('refuses %s', (_name, change) => {
    expect(report.safeParse({ ...sampleReport, ...change }).success).toBe(false);
  });

  it.each([
    ['a cause', { cause: 'tcp.tired' }],
    ['a kind', { kind: 'quic9' }],
  ])('accepts %s that a later version may find', (_name, change) => {
    const endpoints = [{ ...sampleReport.endpoints[0], ...change }];
    expect(report.safeParse({ ...sampleReport, endpoints }).error).toBeUndefined();
  });

  it('accepts a field that a later version may add to a report, and refuses one in a profile', () => {
    expect(report.safeParse({ ...sampleReport, addedLater: 1 }).success).toBe(true);
    const profile = z.fromJSONSchema(JSON.parse(published('profile.schema.json')));
    const row = { kind: 'https', port: 443, expect: 'open', level: 'required', reason: 'the site' };
    const mine = { id: 'mine', title: 'Mine', description: 'One row.', rows: [row] };
    expect(profile.safeParse(mine).error).toBeUndefined();
    expect(profile.safeParse({ ...mine, rows: [{ ...row, prot: 443 }] }).success).toBe(false);
  });
});
