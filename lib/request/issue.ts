import type { z } from 'zod';
import { quote } from './quote.ts';

export interface Described {
  /** Where in the data, from its root. */
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** The most telling of zod's issues, as one line without its place. */
export function describeIssue(error: z.ZodError): Described {
  const issue = error.issues[0];
  if (issue === undefined) return { path: [], message: 'invalid' };
  return describe(issue);
}

function describe(issue: z.core.$ZodIssue): Described {
  switch (issue.code) {
    case 'unrecognized_keys':
      return {
        path: [...issue.path, issue.keys[0] ?? ''],
        message: `unknown key ${quote(issue.keys[0] ?? '')}`,
      };
    case 'invalid_union': {
      // The branch that got furthest is the one that was meant.
      const branches = issue.errors.flatMap((issues) => issues.slice(0, 1));
      const best = branches.sort((a, b) => b.path.length - a.path.length || rank(a) - rank(b))[0];
      if (best === undefined || (best.code === 'invalid_type' && best.path.length === 0))
        return {
          path: issue.path,
          message: issue.message === 'Invalid input' ? 'not of the expected form' : issue.message,
        };
      const inner = describe(best);
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

/** Whether the schema says nothing of its own. */
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
