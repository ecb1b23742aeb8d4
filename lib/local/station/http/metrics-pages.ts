/** `/metrics` for a scraper, whose token reaches this one operation alone. */

import { type MetricsPorts, metricsHandlers } from '../../../service/api/metrics.ts';
import { routesOf } from '../../../service/api/route.ts';
import { createRouter } from '../../../service/api/router.ts';
import { metricsContracts } from '../../../service/contracts/metrics.ts';
import type { Telemetry } from '../../../service/ports/telemetry.ts';
import type { OpenPages } from './open-pages.ts';

export interface MetricsPagesPorts extends MetricsPorts {
  /** The name of a scrape token. Throws `StoreFailed`. */
  readonly findToken: (token: string) => string | undefined;
  readonly telemetry: Telemetry;
}

export function createMetricsPages({ findToken, telemetry, ...ports }: MetricsPagesPorts): OpenPages {
  const router = createRouter({ routes: routesOf(metricsContracts, metricsHandlers(ports)), telemetry });
  return async ({ method, path, query, headers, client }) => {
    const token = /^bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
    if (path !== '/metrics' || method !== 'GET' || token === undefined) return undefined;
    const name = findToken(token);
    if (name === undefined) return undefined;
    const coding = headers['accept-encoding'];
    const event = {
      version: '2.0',
      rawPath: path,
      rawQueryString: query,
      headers: typeof coding === 'string' ? { 'accept-encoding': coding } : {},
      requestContext: {
        http: { method, sourceIp: client },
        authorizer: { iam: { userArn: `station:metrics/${name}` } },
      },
    };
    return router(event, { awsRequestId: 'metrics', getRemainingTimeInMillis: () => 30_000 });
  };
}
