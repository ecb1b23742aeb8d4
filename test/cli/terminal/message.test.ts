import { describe, expect, it, vi } from 'vitest';
import { INTERRUPTED, refuse } from '../../../lib/cli/terminal/message.ts';
import { inputError } from '../../../lib/model/input-error.ts';

describe('a refusal', () => {
  it.each([
    ['wrong input: 64', inputError('no code was given'), 64],
    ['Ctrl-C at a question: 130', INTERRUPTED, 130],
  ])('%s', (_, error, status) => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    expect(refuse(error)).toBe(status);
    expect(write.mock.calls).toEqual([[`inbound-check: ${error.message}\n`]]);
    write.mockRestore();
  });
});
