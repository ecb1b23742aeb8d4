import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { fleetCommand } from '../../../lib/cli/cloud/fleet.ts';
import { metricsCommand } from '../../../lib/cli/cloud/metrics.ts';
import { runCommand } from '../../../lib/cli/cloud/run.ts';
import { scheduleCommand } from '../../../lib/cli/cloud/schedule.ts';
import { shareCommand } from '../../../lib/cli/cloud/share.ts';
import { targetCommand } from '../../../lib/cli/cloud/target.ts';
import { validateCommand } from '../../../lib/cli/cloud/validate.ts';
import { webhookCommand } from '../../../lib/cli/cloud/webhook.ts';
import { diffCommand } from '../../../lib/cli/diff.ts';
import { historyCommand } from '../../../lib/cli/history.ts';
import { verifyCommand } from '../../../lib/cli/verify.ts';

const MAKERS = [
  diffCommand,
  fleetCommand,
  historyCommand,
  metricsCommand,
  runCommand,
  scheduleCommand,
  shareCommand,
  targetCommand,
  validateCommand,
  verifyCommand,
  webhookCommand,
];

/** Commands that do something, by their whole name. */
const leaves = (command: Command, before = ''): (readonly [string, Command])[] => {
  const name = `${before}${command.name()}`;
  return command.commands.length === 0
    ? [[name, command]]
    : command.commands.flatMap((one) => leaves(one, `${name} `));
};

function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({
    writeOut: (piece) => {
      text += piece;
    },
  });
  command.outputHelp();
  return text;
}

describe('the help of a command', () => {
  it.each(MAKERS.flatMap((make) => leaves(make(() => undefined))))(
    '%s has an example with options that it knows, and exit statuses',
    (name, command) => {
      const help = helpOf(command);
      const examples = help.split('\n').filter((line) => line.startsWith(`  inbound-check ${name} `));
      const bare = help.split('\n').filter((line) => line === `  inbound-check ${name}`);
      expect([...examples, ...bare], help).not.toEqual([]);
      const known = command.options.flatMap(({ short, long }) => [short, long]);
      for (const example of examples)
        for (const [option] of example.matchAll(/(?<= )--?[a-z][a-z-]*/g))
          expect(known, example).toContain(option);
      expect(help).toMatch(/\nExit status: 0 /);
    },
  );
});
