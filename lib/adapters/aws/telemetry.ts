import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { LogFields, Telemetry } from '../../ports/telemetry.ts';

const NAMESPACE = 'InboundCheck';

/**
 * One JSON object a line in the function's log, with X-Ray's trace id; a metric is such a line in the Embedded Metric
 * Format, which CloudWatch makes a metric of without an API call.
 *
 * @param service which function speaks
 */
export function createTelemetry({ service }: { readonly service: string }): Telemetry {
  const metrics = new Metrics({ namespace: NAMESPACE, serviceName: service });
  return speaking(new Logger({ serviceName: service }), metrics, {});
}

function speaking(logger: Logger, metrics: Metrics, fields: LogFields): Telemetry {
  return {
    info: (message, more = {}) => logger.info(message, { ...more }),
    warn: (message, more = {}) => logger.warn(message, { ...more }),
    error: (message, more = {}) => logger.error(message, { ...more }),
    metric(name, value, unit, dimensions = {}) {
      // Written at once: a function that is killed before its end has told what it knew.
      const single = metrics.singleMetric();
      for (const [key, text] of Object.entries(dimensions)) single.addDimension(key, text);
      for (const [key, text] of Object.entries(fields))
        if (text !== undefined && !Object.hasOwn(dimensions, key)) single.addMetadata(key, String(text));
      single.addMetric(name, unit, value);
    },
    with: (more) =>
      speaking(logger.createChild({ persistentKeys: { ...more } }), metrics, { ...fields, ...more }),
  };
}
