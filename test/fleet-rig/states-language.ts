/** A state machine's definition: walking through it, and what the interpreter would silently get wrong. */
export interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly [field: string]: unknown;
}

export interface Definition {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
  readonly [field: string]: unknown;
}

/** All states, those inside Map and Parallel states included. */
export function allStates(definition: Definition): [name: string, state: State][] {
  return Object.entries(definition.States).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...innerOf(state).flatMap(allStates),
  ]);
}

function innerOf({ ItemProcessor, Iterator, Branches }: State): Definition[] {
  return [ItemProcessor, Iterator, ...((Branches ?? []) as unknown[])].filter(
    (inner): inner is Definition => typeof inner === 'object' && inner !== null && 'States' in inner,
  );
}

/** A Map whose items run as executions of their own. */
export const isDistributed = ({ Type, ItemProcessor }: State): boolean =>
  Type === 'Map' &&
  (ItemProcessor as { ProcessorConfig?: { Mode?: string } } | undefined)?.ProcessorConfig?.Mode ===
    'DISTRIBUTED';

/** Throws when the definition uses what the interpreter does not do as Step Functions does. */
export function assertInterpretable(definition: Definition): void {
  const states = allStates(definition);
  const names = states.map(([name]) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`two states are called ${twice}: overrides go by name`);
  for (const [name, state] of [['', definition] as const, ...states]) {
    const text = JSON.stringify(state);
    if (text.includes('"QueryLanguage":"JSONata"')) throw new Error(`${name} uses JSONata`);
    // It never matches there: the interpreter tests `IsPresent && …`. The same for the other type tests.
    if (/"Is(Present|Null|String|Numeric|Boolean|Timestamp)":false/.test(text))
      throw new Error(`${name} uses a type test with false`);
    if ('ResultPath' in state && state.ResultPath === '$') throw new Error(`${name} has the ResultPath $`);
  }
}
