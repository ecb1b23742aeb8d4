import { expect, it } from 'vitest';
import { principalOf } from '../../../lib/service/runs/principal.ts';

it.each([
  ['arn:aws:sts::123456789012:assumed-role/Ops/ada', 'arn:aws:sts::123456789012:assumed-role/Ops'],
  ['arn:aws:sts::123456789012:federated-user/ada', 'arn:aws:sts::123456789012:federated-user'],
  ['arn:aws:iam::123456789012:user/ada', 'arn:aws:iam::123456789012:user/ada'],
  ['station:operator/ada', 'station:operator/ada'],
  [
    'cognito:eu-central-1_AbC/0a1b2c3d-0000-4000-8000-000000000001/reader',
    'cognito:eu-central-1_AbC/0a1b2c3d-0000-4000-8000-000000000001',
  ],
  [
    'cognito:eu-central-1_AbC/0a1b2c3d-0000-4000-8000-000000000001',
    'cognito:eu-central-1_AbC/0a1b2c3d-0000-4000-8000-000000000001',
  ],
  ['station:reader/p-01234567/laptop', 'station:reader/p-01234567'],
])('%s is counted as %s, whatever its owner names sessions and tokens', (arn, principal) => {
  expect(principalOf(arn)).toBe(principal);
});
