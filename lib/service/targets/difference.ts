/** What a targets file would change of what is registered. */
import type { Definition } from './definition.ts';

export interface NamedDefinition {
  readonly name: string;
  /** Absent: it was registered without saying what to check. */
  readonly definition?: Definition | undefined;
}

export interface TargetChange {
  readonly name: string;
  readonly change: 'added' | 'changed' | 'removed' | 'same';
  /** A line for each field, as `host: "a.example" → "b.example"` or `check: + https://a.example/`. */
  readonly fields: readonly string[];
}

/**
 * In the order of the file, then what it does not name.
 *
 * @param prune whether what the file does not name goes; else nothing is said of it
 */
export function differences(
  registered: readonly NamedDefinition[],
  written: readonly NamedDefinition[],
  { prune }: { readonly prune: boolean },
): TargetChange[] {
  const known = new Map(registered.map((one) => [one.name, one]));
  const changes = written.map(({ name, definition }): TargetChange => {
    const before = known.get(name);
    const fields = fieldChanges(before?.definition ?? {}, definition ?? {});
    if (before === undefined) return { name, change: 'added', fields };
    return { name, change: fields.length > 0 ? 'changed' : 'same', fields };
  });
  const kept = new Set(written.map(({ name }) => name));
  const removed = prune ? registered.filter(({ name }) => !kept.has(name)) : [];
  return [
    ...changes,
    ...removed.map(({ name, definition }) => ({
      name,
      change: 'removed' as const,
      fields: fieldChanges(definition ?? {}, {}),
    })),
  ];
}

type Plain = Readonly<Record<string, unknown>>;

/** Lists by what came and went; objects field by field; else the value before and after. */
function fieldChanges(before: Plain, after: Plain, path = ''): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key) => {
    const [old, now] = [before[key], after[key]];
    const at = path === '' ? key : `${path}.${key}`;
    if (text(old) === text(now)) return [];
    if (isList(old) || isList(now)) return listChanges(at, asList(old), asList(now));
    if (isPlain(old) || isPlain(now)) return fieldChanges(asPlain(old), asPlain(now), at);
    return [`${at}: ${old === undefined ? 'none' : text(old)} → ${now === undefined ? 'none' : text(now)}`];
  });
}

function listChanges(at: string, before: readonly unknown[], after: readonly unknown[]): string[] {
  const [old, now] = [before.map(item), after.map(item)];
  const lines = [
    ...old.filter((one) => !now.includes(one)).map((one) => `${at}: - ${one}`),
    ...now.filter((one) => !old.includes(one)).map((one) => `${at}: + ${one}`),
  ];
  return lines.length > 0 ? lines : [`${at}: another order`];
}

/** A URI, unchanged. */
const item = (value: unknown): string => (typeof value === 'string' ? value : text(value));

/** JSON whose keys are in order, so that equal values are equal texts. */
function text(value: unknown): string {
  if (isList(value)) return `[${value.map(text).join(',')}]`;
  if (!isPlain(value)) return JSON.stringify(value) ?? 'none';
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, one]) => `${JSON.stringify(key)}:${text(one)}`)
    .join(',')}}`;
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const asList = (value: unknown): readonly unknown[] =>
  isList(value) ? value : value === undefined ? [] : [value];
const asPlain = (value: unknown): Plain => (isPlain(value) ? value : {});
