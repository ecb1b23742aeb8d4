/** The keys of runs with listeners, as objects of a prefix that S3 empties within two days (lib/stacks/storage.ts). */
import { ListenerSecret } from '../model/listener-secret.ts';
import { parseJson } from '../model/parse-json.ts';
import type { ListenerSecrets } from '../service/ports/listener-secrets.ts';
import type { RunStore } from '../service/ports/run-store.ts';
import { isFailure } from '../service/runs/failure.ts';
import { listenerSecretKey } from '../service/runs/keys.ts';

export const createS3ListenerSecrets = (store: RunStore): ListenerSecrets => ({
  put: (runId, secret) => store.put(listenerSecretKey(runId), JSON.stringify(secret), 'application/json'),
  async get(runId) {
    try {
      return ListenerSecret.safeParse(parseJson(await store.get(listenerSecretKey(runId)))).data;
    } catch (error) {
      // S3 says "no such key", or hides it from who may not list.
      if (isFailure(error, 'StoreFailed') && /NoSuchKey|AccessDenied/.test(error.message)) return undefined;
      throw error;
    }
  },
});
