import type { z } from 'zod';
import type { VantageFacts } from '../../model/plan.ts';
import type { ReportVantage } from '../report-schema.ts';

/** The vantage as the report shows it. */
export function toReportVantage({
  families: _families,
  controls,
  negative,
  ...vantage
}: VantageFacts): z.infer<typeof ReportVantage> {
  return {
    ...vantage,
    controls: controls.map(({ port, ok, family, target, detail, at }) => ({
      port,
      ok,
      family,
      target,
      detail: `${detail} (${at})`,
    })),
    ...(negative && {
      negativeControl: {
        address: negative.address,
        clean: negative.clean,
        detail: `port ${negative.port}: ${negative.detail} (${negative.at})`,
      },
    }),
  };
}
