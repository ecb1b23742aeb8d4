import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { isFailure } from '../service/runs/failure.ts';
import { orStoreFailed } from './store-failed.ts';

/**
 * A write with a condition: false when the condition was not met. Rejects with `StoreFailed` for anything else.
 *
 * @param what for the log
 */
export async function conditionMet(what: string, work: () => Promise<unknown>): Promise<boolean> {
  try {
    await orStoreFailed(what, work);
    return true;
  } catch (error) {
    if (isFailure(error, 'StoreFailed') && error.cause instanceof ConditionalCheckFailedException)
      return false;
    throw error;
  }
}
