/** `npm run cost`: computes docs/cost.md from cdk.out. `--help` lists the flags. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { computeCosts, runUsd } from '../lib/stacks/cost/costs.ts';
import { costPage } from '../lib/stacks/cost/page.ts';
import { Template } from '../lib/stacks/cost/template.ts';
import { Workload } from '../lib/stacks/cost/workload.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const PAGE = 'docs/cost.md';

const json = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
const milliseconds = (text: string): number => {
  const ms = Number(text);
  if (!Number.isFinite(ms) || ms < 0) throw new InvalidArgumentError('expected milliseconds.');
  return ms;
};
const whole = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('expected a whole number above 0.');
  return value;
};

const options = new Command('npm run cost --')
  .description('What the fleet costs, from the synthesized templates.')
  .option('--assembly <folder>', 'what cdk synth wrote', join(root, 'cdk.out'))
  .option('--fleet-name <name>', 'fleetName of the configuration', 'inbound-check')
  .option('--retention-days <days>', 'retentionDays of the configuration', whole, 400)
  .option('--targets <number>', 'targets of the sweep', whole, 10_000)
  .option('--prober-ms <ms>', 'billed ms of a prober, as its Duration metric says', milliseconds)
  .option('--dispatcher-ms <ms>', 'billed ms of a dispatcher', milliseconds)
  .option('--print', `print the page instead of writing ${PAGE}`)
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 64))
  .parse()
  .opts<{
    assembly: string;
    fleetName: string;
    retentionDays: number;
    targets: number;
    proberMs?: number;
    dispatcherMs?: number;
    print?: boolean;
  }>();

const templates = readdirSync(options.assembly)
  .filter((file) => file.endsWith('.template.json'))
  .sort()
  .map((file) => ({ file, template: Template.parse(json(join(options.assembly, file))) }));
const control = templates.find(({ file }) => file === `${options.fleetName}-control.template.json`);
if (control === undefined) {
  console.error(
    `no template of ${options.fleetName}-control in ${options.assembly}: run npm run synth first`,
  );
  process.exit(64);
}
const measured = Workload.parse(json(join(root, 'lib/stacks/cost/workload.json')));
const given = {
  ...(options.proberMs === undefined ? {} : { prober: options.proberMs }),
  ...(options.dispatcherMs === undefined ? {} : { dispatcher: options.dispatcherMs }),
};
const input = {
  control: control.template,
  probes: templates
    .filter(({ file }) => file.startsWith(`${options.fleetName}-probe-`))
    .map(({ template }) => template),
  workload: {
    ...measured,
    functionMs: { ...measured.functionMs, ...given },
    sweepFunctionMs: { ...measured.sweepFunctionMs, ...given },
  },
  fleetName: options.fleetName,
  retentionDays: options.retentionDays,
  sweepTargets: options.targets,
};
if (options.print === true) process.stdout.write(costPage(input));
else {
  writeFileSync(join(root, PAGE), costPage(input));
  const costs = computeCosts(input);
  console.log(
    `a check of one target from ${costs.vantages} vantages: $${runUsd(costs.check).toFixed(6)} (${costs.checkTransitions} transitions)\n` +
      `a target in a sweep: $${(runUsd(costs.child) / costs.targetsPerChild).toFixed(6)} (${(costs.childTransitions / costs.targetsPerChild).toFixed(1)} transitions)\n` +
      `written to ${PAGE}`,
  );
}
