import type { z } from 'zod';
import { didYouMean } from './nearest.ts';
import { quote } from './quote.ts';
import { keysAt } from './schema-keys.ts';

export interface Described {
  /** Where in the data, from its root. */
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/**
 * The most useful of zod's issues, as one line without its place.
 *
 * @param schema the schema used for reading; with it the message for a mistyped key suggests the right one
 */
export function describeIssue(error: z.ZodError, schema?: z.core.$ZodType): Described {
  const issue = error.issues[0];
  if (issue === undefined) return { path: [], message: 'invalid' };
  return describe(issue, (path) => (schema === undefined ? [] : keysAt(schema, path)));
}

/** The known keys at a place. */
type KnownKeys = (path: readonly PropertyKey[]) => string[];

function describe(issue: z.core.$ZodIssue, known: KnownKeys): Described {
  switch (issue.code) {
    case 'unrecognized_keys': {
      const key = issue.keys[0] ?? '';
      return {
        path: [...issue.path, key],
        message: `unknown key ${quote(key)}${didYouMean(key, known(issue.path))}`,
      };
    }
    case 'invalid_union': {
      // The branch that matched furthest is the one that was meant.
      const branches = issue.errors.flatMap((issues) => issues.slice(0, 1));
      const best = branches.sort((a, b) => b.path.length - a.path.length || rank(a) - rank(b))[0];
      if (best === undefined || (best.code === 'invalid_type' && best.path.length === 0))
        return {
          path: issue.path,
          message: issue.message === 'Invalid input' ? 'not of the expected form' : issue.message,
        };
      const inner = describe(best, (path) => known([...issue.path, ...path]));
      return { path: [...issue.path, ...inner.path], message: inner.message };
    }
    case 'invalid_type':
      return {
        path: issue.path,
        message: issue.input === undefined ? 'is missing' : `expected ${issue.expected}`,
      };
    case 'invalid_value':
      return { path: issue.path, message: `expected one of ${issue.values.map(String).join(', ')}` };
    case 'too_small':
    case 'too_big':
      return { path: issue.path, message: isZods(issue) ? sizeWords(issue) : issue.message };
    default:
      return { path: issue.path, message: issue.message };
  }
}

type SizeIssue = z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig;

/** Whether the schema has no message of its own. */
const isZods = ({ message }: SizeIssue): boolean => /^Too (?:small|big): /.test(message);

function sizeWords(issue: SizeIssue): string {
  const isSmall = issue.code === 'too_small';
  const bound = isSmall ? issue.minimum : issue.maximum;
  const unit = { string: 'characters', array: 'entries', set: 'entries', map: 'entries' }[
    issue.origin as string
  ];
  if (unit === undefined) return `must be ${String(bound)} or ${isSmall ? 'more' : 'less'}`;
  if (isSmall && Number(bound) === 1) return 'is empty';
  return `has ${isSmall ? 'fewer' : 'more'} than ${String(bound)} ${unit}`;
}

const rank = (issue: z.core.$ZodIssue) => (issue.code === 'invalid_type' ? 1 : 0);

/** `targets[3].check[0]` from a path. */
export function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index > 0 ? '.' : ''}${String(key)}`))
    .join('');
}
