/** The keys of runs with listeners: in this process alone, so that none is on the disk. A run that outlives it has no key. */
import type { ListenerSecret } from '../../../model/listener-secret.ts';
import type { ListenerSecrets } from '../../../service/ports/listener-secrets.ts';

/** The oldest go first: more runs than this can't wait (`MOST_WAITING`). */
const MOST = 1_000;

export function createListenerSecrets(): ListenerSecrets {
  const kept = new Map<string, ListenerSecret>();
  return {
    async put(runId, secret) {
      kept.set(runId, secret);
      const [oldest] = kept.keys();
      if (kept.size > MOST && oldest !== undefined) kept.delete(oldest);
    },
    get: async (runId) => kept.get(runId),
  };
}
