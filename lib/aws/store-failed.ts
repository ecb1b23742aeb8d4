import { failure } from '../service/runs/failure.ts';

/** The SDK's own message for what went wrong, with the one error name that the state machine retries. */
export async function orStoreFailed<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const words = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw failure('StoreFailed', `${what}: ${words}`, error);
  }
}
