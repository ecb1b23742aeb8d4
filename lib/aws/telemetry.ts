import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { LogFields, Telemetry } from '../service/ports/telemetry.ts';

const NAMESPACE = 'InboundCheck';

/**
 * One JSON object per line in the function's log, with X-Ray's trace id; a metric is such a line in the Embedded Metric
 * Format, which CloudWatch turns into a metric without an API call.
 *
 * @param service the function that writes
 */
export function createTelemetry({ service }: { readonly service: string }): Telemetry {
  const metrics = new Metrics({ namespace: NAMESPACE, serviceName: service });
  return speaking(new Logger({ serviceName: service }), metrics, {}, fleetOf(service));
}

/**
 * From the function's own name, `FLEET-SERVICE` or `FLEET-prober-VANTAGE`, which Lambda always provides: otherwise two fleets in one
 * account would share their metrics and trigger each other's alarms.
 */
function fleetOf(service: string, { AWS_LAMBDA_FUNCTION_NAME: name = '' } = process.env): string {
  const end = name.lastIndexOf(`-${service}`);
  return end > 0 ? name.slice(0, end) : 'none';
}

function speaking(logger: Logger, metrics: Metrics, fields: LogFields, fleet: string): Telemetry {
  return {
    info: (message, more = {}) => logger.info(message, { ...more }),
    warn: (message, more = {}) => logger.warn(message, { ...more }),
    error: (message, more = {}) => logger.error(message, { ...more }),
    metric(name, value, unit, dimensions = {}) {
      // Written immediately: so also a function that is killed before its end has written what it knew.
      const single = metrics.singleMetric();
      single.addDimension('fleet', fleet);
      for (const [key, text] of Object.entries(dimensions)) single.addDimension(key, text);
      for (const [key, text] of Object.entries(fields))
        if (text !== undefined && !Object.hasOwn(dimensions, key)) single.addMetadata(key, String(text));
      single.addMetric(name, unit, value);
    },
    with: (more) =>
      speaking(logger.createChild({ persistentKeys: { ...more } }), metrics, { ...fields, ...more }, fleet),
  };
}
