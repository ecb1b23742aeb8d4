import { expect, it } from 'vitest';
import { principalOf } from '../../../lib/service/runs/principal.ts';

it.each([
  ['arn:aws:sts::123456789012:assumed-role/Ops/ada', 'arn:aws:sts::123456789012:assumed-role/Ops'],
  ['arn:aws:sts::123456789012:federated-user/ada', 'arn:aws:sts::123456789012:federated-user'],
  ['arn:aws:iam::123456789012:user/ada', 'arn:aws:iam::123456789012:user/ada'],
  ['station:operator/ada', 'station:operator/ada'],
  ['station:reader/p-01234567/laptop', 'station:reader/p-01234567'],
])('%s is counted as %s, whatever its owner names sessions and tokens', (arn, principal) => {
  expect(principalOf(arn)).toBe(principal);
});
