import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { isFailure } from '../../fleet/failure.ts';
import { orStoreFailed } from './store-failed.ts';

/**
 * A write with a condition: false when that did not hold. Rejects with `StoreFailed` for anything else.
 *
 * @param what for the log
 */
export async function held(what: string, work: () => Promise<unknown>): Promise<boolean> {
  try {
    await orStoreFailed(what, work);
    return true;
  } catch (error) {
    if (isFailure(error, 'StoreFailed') && error.cause instanceof ConditionalCheckFailedException)
      return false;
    throw error;
  }
}
