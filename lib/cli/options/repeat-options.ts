/** Options by which a check of this machine is made more than once. */
import type { Command } from 'commander';

export const addRepeatOptions = (command: Command): Command =>
  command
    .optionsGroup('When to check again:')
    .option('--gate', 'wait until everything passes, probing again only what still fails')
    .option('--watch', 'check again and again, and tell each change, until Ctrl-C')
    .option(
      '--every <time>',
      'pause between two probes of one endpoint (default: 60s); a mail server that answers gets 5 minutes',
    )
    .option('--for <time>', 'end after this time (default: with --gate 1h)');
