import type { AskedOf } from '../../lib/console/api/operations.ts';
import { Target, targetItems } from '../../lib/input/request/target.ts';

/** The endpoints that the server reads from an order; throws at what it would refuse. */
export const readTarget = (target: AskedOf<'validate'>['body']['target']) =>
  [...targetItems(Target.parse(target), undefined)].map(({ result }) => {
    if (!result.ok) throw new Error(result.message);
    return result.value;
  });
