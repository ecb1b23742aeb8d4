import { apiHandlers } from '../lib/aws/api-handlers.ts';
import { consolePools, stateTable } from '../lib/aws/environment.ts';
import { createDynamoItemStore } from '../lib/aws/item-store.ts';
import { createTelemetry } from '../lib/aws/telemetry.ts';
import { allRoutes } from '../lib/service/api/operations.ts';
import { createRouter } from '../lib/service/api/router.ts';
import { answerSource } from '../lib/service/api/source-route.ts';

/** Answers every request of the HTTP API. */
export const handler = createRouter({
  routes: allRoutes(apiHandlers()),
  telemetry: createTelemetry({ service: 'api' }),
  ...consolePools(),
  source: answerSource({ items: createDynamoItemStore(stateTable()), now: Date.now }),
});
