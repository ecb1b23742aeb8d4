import { publicFleetOf, runBucket, variable } from '../lib/aws/environment.ts';
import { createDynamoItemStore } from '../lib/aws/item-store.ts';
import { createLinkRunsClient } from '../lib/aws/link-runs.ts';
import { createS3RunStore } from '../lib/aws/run-store.ts';
import { createTelemetry } from '../lib/aws/telemetry.ts';
import { fleetSources } from '../lib/service/runs/fleet-sources.ts';
import { linkRequest, UrlEvent, type UrlResult, urlResult } from '../lib/service/share/function-url.ts';
import { createLinkServer } from '../lib/service/share/serve.ts';
import { createShareFinder } from '../lib/service/state/shares.ts';

const items = createDynamoItemStore({ table: variable('TABLE_NAME') });
const publicFleet = publicFleetOf();
const answer = createLinkServer({
  shares: createShareFinder(items),
  store: createS3RunStore(runBucket()),
  telemetry: createTelemetry({ service: 'share' }),
  now: Date.now,
  ...createLinkRunsClient({
    region: variable('AWS_REGION'),
    functionName: variable('AGAIN_FUNCTION'),
  }),
  ...(publicFleet && { sources: () => fleetSources(items, publicFleet, Date.now()) }),
});

/** Behind CloudFront: answers requests for links. */
export async function handler(event: unknown): Promise<UrlResult> {
  const request = UrlEvent.parse(event);
  return urlResult(await answer(linkRequest(request)), request);
}
