import type { Command, Option } from 'commander';
import { collect } from './collect.ts';

/**
 * Refuses a value that is given twice to an option which takes one: the first would be lost without a message. Options
 * that collect values (`collect`) take any number, and a switch given twice means the same.
 */
export function refuseGivenTwice(command: Command): void {
  for (const option of command.options) {
    if (!takesOneValue(option)) continue;
    let first: string | undefined;
    command.on(`option:${option.name()}`, (value: string | null) => {
      const text = value ?? '';
      if (first !== undefined && first !== text)
        command.error(
          `option '${option.flags}' was given twice (${JSON.stringify(first)} and ${JSON.stringify(text)}): it takes one value`,
          { code: 'inbound-check.givenTwice' },
        );
      first = text;
    });
  }
}

const takesOneValue = (option: Option): boolean =>
  (option.required || option.optional) && option.parseArg !== collect;
