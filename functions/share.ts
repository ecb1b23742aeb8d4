import { runBucket, variable } from '../lib/adapters/aws/environment.ts';
import { createDynamoItemStore } from '../lib/adapters/aws/item-store.ts';
import { createS3RunStore } from '../lib/adapters/aws/run-store.ts';
import { createTelemetry } from '../lib/adapters/aws/telemetry.ts';
import { linkRequest, UrlEvent, type UrlResult, urlResult } from '../lib/share/function-url.ts';
import { createLinkServer } from '../lib/share/serve.ts';
import { createShareFinder } from '../lib/share/share-store.ts';

const answer = createLinkServer({
  shares: createShareFinder(createDynamoItemStore({ table: variable('TABLE_NAME') })),
  store: createS3RunStore(runBucket()),
  telemetry: createTelemetry({ service: 'share' }),
  now: Date.now,
});

/** Behind CloudFront: what a link leads to. */
export async function handler(event: unknown): Promise<UrlResult> {
  const request = UrlEvent.parse(event);
  return urlResult(await answer(linkRequest(request)), request);
}
