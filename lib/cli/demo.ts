import { Command } from 'commander';
import type { SetStatus } from './terminal/exit-status.ts';
import { EXIT } from './terminal/exit-status.ts';
import { refuse } from './terminal/message.ts';

interface DemoOptions {
  readonly output: string;
  readonly verbose?: boolean;
}

export function demoCommand(setStatus: SetStatus): Command {
  return new Command('demo')
    .description('check an example site on loopback, with faults of every kind')
    .option('-o, --output <file>', 'where to write the HTML report', 'reports/demo.html')
    .option('-v, --verbose', 'show the evidence of endpoints that pass, too')
    .addHelpText(
      'after',
      `
Its servers run in this process on 127.0.0.1; no packet leaves the machine.
Exit status: 0 although faults are found, since they are meant to be.`,
    )
    .action(async (options: DemoOptions) => setStatus(await demo(options)));
}

async function demo({ output, verbose }: DemoOptions): Promise<number> {
  const { planOutputs } = await import('./output/output-plan.ts');
  const outputs = await planOutputs(['html'], [output]);
  if (!outputs.ok) return refuse(outputs);
  const { startSite } = await import('../local/demo/site.ts');
  const { DEMO_NOTICE, demoEndpoints, demoSettings } = await import('../local/demo/demo-check.ts');
  const { runSession } = await import('./session/run-session.ts');
  const site = await startSite();
  try {
    const endpoints = demoEndpoints(site);
    const { status, tail } = await runSession({
      endpoints,
      count: endpoints.length,
      settings: demoSettings(site),
      outputs: outputs.value,
      verbose: verbose ?? false,
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
