import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { definitions, Template } from '../../lib/stacks/cost/template.ts';
import { fullFleet } from './synthesized.ts';

/**
 * What a change of the code changes in what is deployed, for the reviewer. Digests of assets are masked, and
 * state machines are written out, since a definition in one line can't be reviewed.
 */
function reviewable(template: Record<string, unknown>): string {
  const written = definitions(Template.parse(template));
  const shown: unknown = JSON.parse(
    JSON.stringify(template, (key, value: unknown) => {
      if (key === 'S3Key') return 'ASSET.zip';
      if (isStateMachine(value)) return { ...value, DefinitionString: written.get(value.StateMachineName) };
      return value;
    }),
  );
  return stringify(shown, { lineWidth: 110, aliasDuplicateObjects: false });
}

function isStateMachine(value: unknown): value is { StateMachineName: string } {
  return (
    typeof value === 'object' && value !== null && 'DefinitionString' in value && 'StateMachineName' in value
  );
}

describe('what is deployed', () => {
  it.each([
    ['the control stack', 'inbound-check-control', 'control'],
    ['a probe stack', 'inbound-check-probe-us-east-1', 'probe'],
    ['a probe stack with a fixed address', 'inbound-check-probe-eu-central-1', 'probe-fixed-address'],
  ])('is as reviewed: %s', async (_what, stack, file) => {
    const template = fullFleet().templates.get(stack);
    if (template === undefined) throw new Error(`no stack ${stack}`);
    await expect(reviewable(template)).toMatchFileSnapshot(`snapshots/${file}.yaml`);
  });
});
