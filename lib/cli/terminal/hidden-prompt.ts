/** A terminal whose input can be read key by key; standard input is one. */
export interface KeyInput {
  setRawMode(isRaw: boolean): unknown;
  setEncoding(encoding: 'utf8'): unknown;
  on(event: 'data', listener: (keys: string) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
  off(event: 'data', listener: (keys: string) => void): unknown;
  off(event: 'end', listener: () => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

/** More than anybody types here. */
const MAX_TYPED = 200;

/** `interrupt`: Ctrl-C, which a terminal that is read key by key does not make a signal of. `input`: Ctrl-D, or the end of input. */
export type HiddenAnswer = { readonly typed: string } | { readonly ended: 'interrupt' | 'input' };

/** Asks for a line that is not shown while it is typed. */
export function askHidden(
  question: string,
  input: KeyInput,
  write: (text: string) => void,
): Promise<HiddenAnswer> {
  // Before the question: what is pasted at once would still be shown.
  input.setRawMode(true);
  write(question);
  input.setEncoding('utf8');
  return new Promise((resolve) => {
    let typed = '';
    const finish = (answer: HiddenAnswer): void => {
      input.off('data', onKeys);
      input.off('end', onEnd);
      input.setRawMode(false);
      input.pause();
      write('\n');
      resolve(answer);
    };
    const onEnd = (): void => finish({ ended: 'input' });
    const onKeys = (keys: string): void => {
      for (const key of keys) {
        const answer = answerBy(key, typed);
        if (answer !== undefined) {
          finish(answer);
          return;
        }
        if (key === '\u007F' || key === '\b') typed = typed.slice(0, -1);
        else if (typed.length < MAX_TYPED) typed += key;
      }
    };
    input.on('data', onKeys);
    input.on('end', onEnd);
    input.resume();
  });
}

/** `undefined`: the key does not end the line. */
function answerBy(key: string, typed: string): HiddenAnswer | undefined {
  if (key === '\r' || key === '\n') return { typed };
  if (key === '\u0003') return { ended: 'interrupt' };
  return key === '\u0004' ? { ended: 'input' } : undefined;
}
