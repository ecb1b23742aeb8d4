import { Command } from 'commander';
import type { Sink } from '../output/sink.ts';
import type { SetStatus } from '../terminal/exit-status.ts';
import { EXIT } from '../terminal/exit-status.ts';
import { message, refuse } from '../terminal/message.ts';
import { type CloudOptions, cloudOptions, connect } from './connect.ts';
import { failed } from './failed.ts';

interface MetricsOptions extends CloudOptions {
  readonly prefix?: string;
  readonly output?: string;
}

/** Ten thousand targets are about ten pages; thousands of pages don't come from a fleet of this version. */
const MAX_PAGES = 1_000;

export function metricsCommand(setStatus: SetStatus): Command {
  return cloudOptions(
    new Command('metrics')
      .description('print the latest state of all registered targets for Prometheus')
      .option('--prefix <text>', 'only targets whose names begin so')
      .option('-o, --output <file>', 'write to a file, which appears when it is complete'),
  )
    .addHelpText(
      'after',
      `
For the textfile collector of node_exporter; docs/prometheus.md has timer and rules.

  inbound-check metrics -o /var/lib/node_exporter/inbound_check.prom

Exit status: 0 written, 64 wrong usage, 69 the API can't be reached, and a file that
was there is left as it was, 74 the file could not be written.`,
    )
    .action(async (options: MetricsOptions) => setStatus(await metrics(options)));
}

async function metrics(options: MetricsOptions): Promise<number> {
  const connected = await connect(options);
  if (!connected.ok) return refuse(connected);
  const { metricsContracts } = await import('../../service/contracts/metrics.ts');
  const { createMerged, nextOf } = await import('../../report/prometheus/pages.ts');
  const merged = createMerged();
  let after: string | undefined;
  for (let pages = 0; pages === 0 || after !== undefined; pages += 1) {
    if (pages === MAX_PAGES) {
      message(`the API gives more than ${MAX_PAGES} pages of metrics`);
      return EXIT.unavailable;
    }
    const asking = await connected.value(metricsContracts.getMetrics, {
      query: {
        ...(options.prefix !== undefined && { prefix: options.prefix }),
        ...(after !== undefined && { after }),
      },
    });
    if (asking.status !== 'answered') return failed(asking);
    merged.add(asking.value);
    after = nextOf(asking.value);
  }
  return write(merged.text(), options.output);
}

async function write(pieces: Iterable<string>, output: string | undefined): Promise<number> {
  const { openFileSink, streamSink } = await import('../output/sink.ts');
  let sink: Sink;
  if (output === undefined) sink = streamSink(process.stdout, () => undefined);
  else {
    const opened = await openFileSink(output);
    if (!opened.ok) return refuse(opened);
    sink = opened.value;
  }
  for (const piece of pieces) await sink.write(piece);
  const fault = await sink.close();
  if (fault === undefined) return EXIT.ok;
  message(fault);
  return EXIT.io;
}
