import { describe, expect, it } from 'vitest';
import type { MachineDefinition } from '../../../lib/stacks/cost/template.ts';
import { countChildTransitions, countTransitions } from '../../../lib/stacks/cost/transitions.ts';

const inner: MachineDefinition = {
  StartAt: 'One',
  States: { One: { Type: 'Task', Next: 'Two' }, Two: { Type: 'Pass', End: true } },
};
const looping: MachineDefinition = {
  StartAt: 'Each',
  States: {
    Each: { Type: 'Map', ItemProcessor: inner, Next: 'Again?' },
    'Again?': { Type: 'Choice', Choices: [{ Next: 'Pause' }], Default: 'Done' },
    Pause: { Type: 'Wait', Next: 'Each' },
    Done: { Type: 'Succeed' },
  },
};
const distributed: MachineDefinition = {
  StartAt: 'Sweep',
  States: {
    Sweep: {
      Type: 'Map',
      ItemProcessor: { ...looping, ProcessorConfig: { Mode: 'DISTRIBUTED' } },
      Next: 'End',
    },
    End: { Type: 'Succeed' },
  },
};

describe('transitions of an execution', () => {
  it.each([
    [{ items: 0, confirmations: 0 }, 1 + 3],
    [{ items: 1, confirmations: 0 }, 1 + 3 + 2],
    [{ items: 5, confirmations: 0 }, 1 + 3 + 10],
    [{ items: 5, confirmations: 2 }, 1 + 3 + 10 + 2 * (1 + 1 + 10 + 1)],
  ])('count the start, the states, those of each item, and each way back: %j', (way, expected) => {
    expect(countTransitions(looping, way)).toBe(expected);
  });

  it('of a sweep leave its children out, which are counted by themselves', () => {
    const way = { items: 5, confirmations: 0 };
    expect(countTransitions(distributed, way)).toBe(3);
    expect(countChildTransitions(distributed, way)).toBe(countTransitions(looping, way));
  });

  it('can be counted for no child where there is none', () => {
    expect(() => countChildTransitions(looping, { items: 1, confirmations: 0 })).toThrow(
      'no Distributed Map',
    );
  });

  it('of a definition that never ends are an error and no endless loop', () => {
    const endless: MachineDefinition = { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'A' } } };
    expect(() => countTransitions(endless, { items: 1, confirmations: 0 })).toThrow('no end');
  });
});
