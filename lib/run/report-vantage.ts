import type { z } from 'zod';
import type { ReportVantage } from '../model/report.ts';
import type { RunState } from './run-state.ts';

/** The vantage as the report shows it, with what its controls have proved so far. */
export function reportVantage({ vantage, controls, negatives }: RunState): z.infer<typeof ReportVantage> {
  const negative = negatives.shown();
  return {
    ...vantage,
    controls: controls.all.map(({ port, ok, family, target, detail, at }) => ({
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
