import { Command } from 'commander';
import type { DemoOptions } from './demo-run.ts';
import type { SetStatus } from './terminal/exit-status.ts';

export function demoCommand(setStatus: SetStatus): Command {
  return new Command('demo')
    .description('check an example site on loopback, with faults of every kind')
    .option('-o, --output <file>', 'where to write the HTML report (default: reports/demo.html)')
    .option('-v, --verbose', 'show the evidence of endpoints that pass, too')
    .option('--station', 'run a station with three targets, one broken, until Ctrl-C')
    .addHelpText(
      'after',
      `
Its servers run in this process on 127.0.0.1; no packet leaves the machine.
Exit status: 0 although faults are found, since they are meant to be.`,
    )
    .action(async (options: DemoOptions) => {
      const { demo } = await import('./demo-run.ts');
      setStatus(await demo(options));
    });
}
