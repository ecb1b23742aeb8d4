/** The options of `npm run lab`. Pure. */
import { parseArgs } from 'node:util';

export const DEFAULT_ROUNDS = 20;

export interface LabOptions {
  readonly only?: RegExp;
  readonly rounds: number;
  readonly peers: boolean;
  /** Only the rounds with lost packets. */
  readonly lossy: boolean;
  /** A case that is misnamed is checked once more alone. */
  readonly retry: boolean;
  readonly list: boolean;
  readonly help: boolean;
}

/** The options, or one line that says what is wrong with them. */
export function labOptions(args: readonly string[]): LabOptions | string {
  const read = readArgs(args);
  if (typeof read === 'string') return read;
  const only = read.only === undefined ? undefined : regularExpression(read.only);
  if (typeof only === 'string') return only;
  if (read.rounds !== undefined && !/^\d{1,6}$/.test(read.rounds))
    return `--rounds ${read.rounds}: a whole number, 0 or more`;
  return {
    ...(only !== undefined && { only }),
    rounds:
      read.rounds !== undefined ? Number(read.rounds) : only === undefined || read.lossy ? DEFAULT_ROUNDS : 0,
    peers: !read['no-peers'] && !read.lossy,
    lossy: read.lossy,
    retry: read.retry,
    list: read.list,
    help: read.help,
  };
}

function readArgs(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        only: { type: 'string' },
        rounds: { type: 'string' },
        'no-peers': { type: 'boolean', default: false },
        lossy: { type: 'boolean', default: false },
        retry: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    // node:util throws for an unknown option, an unexpected argument and a missing value; its first sentence says which.
    return error instanceof Error ? (error.message.split(/\.\s|\n/)[0] ?? '') : String(error);
  }
}

function regularExpression(text: string): RegExp | string {
  try {
    return new RegExp(text);
  } catch {
    return `--only ${text}: not a regular expression`;
  }
}
