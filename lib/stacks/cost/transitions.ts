import type { MachineDefinition, MachineState } from './template.ts';

export interface RunPath {
  /** Items of each Map state: the vantages. */
  readonly items: number;
  /** How often the run goes back to probe again what failed. */
  readonly confirmations: number;
}

/** Past any run: a definition that loops on its healthy way is a bug of ours. */
const MOST = 10_000;

/**
 * State transitions that one execution is charged for when nothing fails: every state entered, those inside a Map once
 * for each item, and one for the start, which the examples of AWS's price page count too. A Choice takes its default,
 * which is the healthy way in our chains; its first rule is taken once for each confirmation.
 */
export function countTransitions(definition: MachineDefinition, way: RunPath): number {
  return 1 + entered(definition, way);
}

/** The same for one child execution of the Distributed Map in `definition`. Throws when there is none: a bug. */
export function countChildTransitions(definition: MachineDefinition, way: RunPath): number {
  const map = Object.values(definition.States).find(isDistributed);
  if (map?.ItemProcessor === undefined) throw new Error('no Distributed Map in this definition');
  return countTransitions(map.ItemProcessor, way);
}

const isDistributed = ({ ItemProcessor }: MachineState): boolean =>
  ItemProcessor?.ProcessorConfig?.Mode === 'DISTRIBUTED';

function entered(definition: MachineDefinition, { items, confirmations }: RunPath): number {
  let left = confirmations;
  let count = 0;
  let name: string | undefined = definition.StartAt;
  while (name !== undefined) {
    const state: MachineState | undefined = definition.States[name];
    if (state === undefined) throw new Error(`no state ${name}`);
    count += 1;
    if (count > MOST) throw new Error('the healthy way has no end');
    // Children of a Distributed Map are executions of their own.
    if (state.ItemProcessor !== undefined && !isDistributed(state))
      count += items * entered(state.ItemProcessor, { items, confirmations: 0 });
    if (state.Type === 'Choice') {
      const again: string | undefined = left > 0 ? state.Choices?.[0]?.Next : undefined;
      if (again !== undefined) left -= 1;
      name = again ?? state.Default;
    } else name = state.Next;
  }
  return count;
}
