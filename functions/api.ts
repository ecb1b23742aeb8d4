import { apiHandlers } from '../lib/adapters/aws/api-handlers.ts';
import { createTelemetry } from '../lib/adapters/aws/telemetry.ts';
import { allRoutes } from '../lib/api/operations.ts';
import { createRouter } from '../lib/api/router.ts';

/** Answers every request of the HTTP API. */
export const handler = createRouter({
  routes: allRoutes(apiHandlers()),
  telemetry: createTelemetry({ service: 'api' }),
});
