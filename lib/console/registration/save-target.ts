/** Saves a registration with its schedule; what is refused comes back as one line for one field. */
import type { ConsoleApi } from '../api/api.ts';
import type { ApiReply } from '../api/reply.ts';
import { refusalWords } from '../parts/refusal-words.ts';
import type { LabelKey } from '../words/words.ts';
import { ruleOf } from './schedule-rule.ts';
import { type FieldName, refusedField, type TargetFields, targetOf } from './target-fields.ts';

type SaveTrouble = Exclude<ApiReply<unknown>, { status: 'answered' }>;

export type Saved =
  | { readonly status: 'saved'; readonly name: string }
  /** `isRegistered`: the target itself is saved, and from now on changed. */
  | ({ readonly status: 'fault'; readonly field: FieldName; readonly isRegistered?: true } & (
      | { readonly label: LabelKey }
      | { readonly text: string }
    ))
  | { readonly status: 'trouble'; readonly trouble: SaveTrouble };

/** A schedule as it is typed. */
export interface KnownSchedule {
  /** Empty: it has none. */
  readonly rule: string;
  /** Of a rule with hours. */
  readonly timezone?: string;
}

interface ToSave {
  readonly fields: TargetFields;
  /** As typed; empty: no schedule. */
  readonly rule: string;
  /** What the schedule has. */
  readonly before: KnownSchedule;
  /** For a rule with hours. */
  readonly timezone: string;
  readonly isKnown: boolean;
}

export async function saveTarget(api: ConsoleApi, save: ToSave): Promise<Saved> {
  const { fields, isKnown } = save;
  const target = targetOf(fields);
  if (!target.ok) return { status: 'fault', field: target.field, label: target.label };
  const { name, body } = target;
  const params = { name };
  if (!isKnown) {
    // A PUT would change the one that is there.
    const there = await api('getTarget', { params });
    if (there.status === 'answered') return { status: 'fault', field: 'name', label: 'register.name.taken' };
    const isFree = there.status === 'refused' && there.refusal.httpStatus === 404;
    if (!isFree) return atField(there, fields);
  }
  const put = await api('putTarget', { params, body });
  return put.status === 'answered' ? saveSchedule(api, name, save) : atField(put, fields);
}

function atField(trouble: SaveTrouble, fields: TargetFields): Saved {
  const found = trouble.status === 'refused' ? refusedField(trouble.refusal, fields) : undefined;
  return found === undefined ? { status: 'trouble', trouble } : { status: 'fault', ...found };
}

async function saveSchedule(
  api: ConsoleApi,
  name: string,
  { rule: typed, before, timezone }: ToSave,
): Promise<Saved> {
  const params = { target: name };
  const saved = { status: 'saved', name } as const;
  if (typed.trim() === before.rule.trim()) return saved;
  const rule = ruleOf(typed, timezone);
  const answer = await (rule === undefined
    ? api('removeSchedule', { params })
    : api('setSchedule', { params, body: rule }));
  if (answer.status === 'answered') return saved;
  const text = answer.status === 'refused' ? refusalWords(answer.refusal) : '';
  if (text === '') return { status: 'trouble', trouble: answer };
  return { status: 'fault', field: 'schedule', text, isRegistered: true };
}
