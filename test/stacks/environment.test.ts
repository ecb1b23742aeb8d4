/** Lambda takes 4 KB of environment variables for a function, names and values together. */
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { MAX_FLEET_BYTES } from '../../lib/stacks/vantages.ts';
import { synthesize } from './synthesized.ts';

const LIMIT = 4_096;
/** An ARN or a name that is known when it is deployed: longer than any of them. */
const REFERENCE = 120;

const Functions = z.record(
  z.string(),
  z.object({
    Properties: z.object({
      FunctionName: z.string(),
      Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }).optional(),
    }),
  }),
);

/** Of the longest names that a configuration may choose. */
const { controlTemplate } = synthesize({
  fleetName: 'a-fleet-of-20-letter',
  shareDomain: `${'reports.'.repeat(29)}example.com`,
  shareCertificateArn: `arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012`,
});

describe('the variables of every function leave room for the largest fleet', () => {
  const found = Functions.parse(controlTemplate.findResources('AWS::Lambda::Function'));
  const functions = Object.values(found).map(({ Properties }) => Properties);

  it.each(functions.map((one) => [one.FunctionName, one] as const))('%s', (_name, { Environment }) => {
    const bytes = Object.entries(Environment?.Variables ?? {}).map(
      ([name, value]) =>
        name.length +
        (name === 'FLEET' ? MAX_FLEET_BYTES : typeof value === 'string' ? value.length : REFERENCE),
    );
    expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThan(LIMIT);
  });

  it('and plan, API and watchdog know the fleet', () => {
    expect(functions.filter(({ Environment }) => Environment?.Variables.FLEET !== undefined)).toHaveLength(3);
  });
});

it('twenty vantages are no more than that, ten of them with names of their own', () => {
  const letters = [...'abcdefghij'];
  const { controlTemplate: large } = synthesize({
    fleetName: 'a-fleet-of-20-letter',
    vantageRegions: letters.map((letter) => `ap-southeast${letter}-1`),
    smtpVantages: letters.map((letter) => ({
      region: `ap-southeast${letter}-1`,
      allocationId: 'eipalloc-0123456789abcdef0',
      address: '198.51.100.100',
      ehloName: `probe.ap-southeast${letter}-1.monitoring.example.com`,
    })),
  });
  expect(Object.keys(large.findResources('AWS::Lambda::Function')).length).toBeGreaterThan(0);
});
