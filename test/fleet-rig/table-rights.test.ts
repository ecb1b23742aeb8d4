/** Which function may write what in the table, by the policies of the templates: judged as IAM judges a request. */
import { describe, expect, inject, it } from 'vitest';
import { PARTITION } from '../../lib/service/state/keys.ts';
import { readAssembly } from './assembly.ts';
import { readDeployment } from './deployment.ts';
import { refusal } from './policy.ts';

const { functions, table } = readDeployment(readAssembly(inject('assembly')));
const resource = `arn:aws:dynamodb:eu-central-1:123456789012:table/${table.name}`;
const WRITES = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems'];

/** `function action`, of those that may do it to an item of the partition. */
const writersOf = (partition: string): string[] =>
  functions
    .flatMap(({ name, principal }) =>
      WRITES.filter(
        (action) =>
          refusal(
            principal.role,
            principal.rights,
            { action: `dynamodb:${action}`, resource },
            { 'dynamodb:LeadingKeys': [`${partition}shop`] },
          ) === undefined,
      ).map((action) => `${name.replace('inbound-check-', '')} ${action}`),
    )
    .sort();

const asked = [
  // A proof that the fleet may probe a host, above all.
  ['target', ['api DeleteItem', 'api PutItem', 'starter PutItem']],
  ['state', ['publish PutItem']],
  ['schedule', ['api DeleteItem', 'api PutItem']],
  ['started', ['api DeleteItem', 'starter PutItem']],
  ['watched', ['api DeleteItem', 'watchdog PutItem']],
  ['acknowledged', ['api PutItem']],
  ['run', ['plan PutItem', 'plan UpdateItem', 'publish UpdateItem']],
  ['rate', ['plan UpdateItem']],
  ['share', ['api PutItem']],
  // The function that everybody reaches writes nothing.
  ['again', ['again PutItem']],
  ['office', ['again PutItem']],
  ['webhook', ['api DeleteItem', 'api PutItem']],
  ['sent', ['notifier PutItem']],
  ['source', ['publish PutItem']],
  ['joined', ['api PutItem']],
  // Where a vantage stands is what an operator says, and none of what answers a vantage.
  ['sites', ['api PutItem']],
  ['site', ['site PutItem']],
  ['siteNonce', ['site PutItem']],
  ['siteWork', ['queue PutItem', 'site DeleteItem']],
  // Without sharing alone does the plan make tokens, and the API take them.
  ['reflect', []],
] as const;

describe('who writes', () => {
  it.each(asked)('items of %s', (partition, expected) => {
    expect(writersOf(PARTITION[partition])).toEqual(expected);
  });

  it('is asked of every partition that there is', () => {
    expect(Object.keys(PARTITION).sort()).toEqual(asked.map(([partition]) => partition).sort());
  });

  it('no partition begins as another one does, so that no pattern reaches beyond its own', () => {
    const all = Object.values(PARTITION);
    for (const one of all)
      for (const other of all) if (one !== other) expect(other.startsWith(one)).toBe(false);
  });
});
