import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { askHidden, type HiddenAnswer, type KeyInput } from '../../../lib/cli/terminal/hidden-prompt.ts';

/** A terminal on which a person types. */
function terminal() {
  const calls: string[] = [];
  const emitter = new EventEmitter();
  const input = Object.assign(emitter, {
    setRawMode: (isRaw: boolean) => calls.push(`raw ${isRaw}`),
    setEncoding: (encoding: string) => calls.push(encoding),
    resume: () => calls.push('resume'),
    pause: () => calls.push('pause'),
  }) satisfies KeyInput;
  let shown = '';
  const answer = askHidden('Code: ', input, (text) => {
    shown += text;
  });
  return { input, answer, calls, shown: () => shown };
}

describe('a hidden prompt', () => {
  it.each<[string, string[], HiddenAnswer]>([
    ['a line', ['a', 'bc', '\r'], { typed: 'abc' }],
    ['a pasted line', ['ABCD-EFGH\n'], { typed: 'ABCD-EFGH' }],
    ['with a mistake', ['ax', '\u007F', 'b\r'], { typed: 'ab' }],
    ['nothing', ['\r'], { typed: '' }],
    ['Ctrl-C', ['ab', '\u0003'], { ended: 'interrupt' }],
    ['Ctrl-D', ['\u0004'], { ended: 'input' }],
    ['more than a line can be', ['x'.repeat(500), '\r'], { typed: 'x'.repeat(200) }],
  ])('%s', async (_, keys, wanted) => {
    const { input, answer, calls, shown } = terminal();
    for (const key of keys) input.emit('data', key);
    expect(await answer).toEqual(wanted);
    expect(shown()).toBe('Code: \n');
    expect(calls).toEqual(['raw true', 'utf8', 'resume', 'raw false', 'pause']);
    expect(input.listenerCount('data') + input.listenerCount('end')).toBe(0);
  });

  it('ends with its input', async () => {
    const { input, answer } = terminal();
    input.emit('end');
    expect(await answer).toEqual({ ended: 'input' });
  });
});
