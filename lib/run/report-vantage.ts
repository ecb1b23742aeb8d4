import type { z } from 'zod';
import type { VantageFacts } from '../model/plan.ts';
import type { ReportVantage } from '../model/report.ts';
import type { RunState } from './run-state.ts';

/** Everything that the vantage's controls have proved so far, whatever target it bears on. */
export function wholeVantage({ vantage, context, controls, negatives }: RunState): VantageFacts {
  const negative = negatives.shown();
  return {
    ...vantage,
    families: [...(context.families ?? [4, 6])],
    controls: [...controls.all],
    ...(negative && { negative }),
  };
}

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
