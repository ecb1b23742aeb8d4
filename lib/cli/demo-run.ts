import { DEMO_NOTICE, demoEndpoints, demoSettings } from '../local/demo/demo-check.ts';
import { startSite } from '../local/demo/site.ts';
import { inputError } from '../model/input-error.ts';
import { planOutputs } from './output/output-plan.ts';
import { EXIT } from './terminal/exit-status.ts';
import { refuse } from './terminal/message.ts';

export interface DemoOptions {
  readonly output?: string;
  readonly verbose?: boolean;
  readonly station?: boolean;
}

export async function demo({ output, verbose = false, station = false }: DemoOptions): Promise<number> {
  if (!station) return demoCheck(output ?? 'reports/demo.html', verbose);
  if (output !== undefined)
    return refuse(inputError('--output: a station keeps its reports itself; leave it away'));
  const { demoStation } = await import('./demo-station.ts');
  return demoStation(verbose);
}

async function demoCheck(output: string, verbose: boolean): Promise<number> {
  const outputs = await planOutputs(['html'], [output]);
  if (!outputs.ok) return refuse(outputs);
  const { runSession } = await import('./session/run-session.ts');
  const site = await startSite();
  try {
    const endpoints = demoEndpoints(site);
    const { status, tail } = await runSession({
      endpoints,
      count: endpoints.length,
      settings: demoSettings(site),
      outputs: outputs.value,
      verbose,
      progress: true,
      notice: DEMO_NOTICE,
      // Its ports are new each time, so no run can be compared with the one before.
      history: false,
      sign: true,
    });
    if (tail === undefined || status > EXIT.inconclusive) return status;
    process.stdout.write(
      `HTML report: ${outputs.value.find(({ path }) => path !== undefined)?.path ?? output}\n`,
    );
    return EXIT.ok;
  } finally {
    await site.close();
  }
}
