/** A terminal that a person sits at: tmux's, with a screen that is read as a person reads it. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Terminal {
  /** Types a line and Enter. */
  type(line: string): void;
  /** Pastes a text as a terminal does, its last line end included. */
  paste(text: string): void;
  /** A key by tmux's name: `C-c`. */
  press(key: string): void;
  /** All that is on the screen and above it. */
  screen(): string;
  /** The screen, or what is behind the last such words, once it shows this; rejects with the screen where the terminal ends before. */
  until(pattern: RegExp, behind?: string): Promise<string>;
  close(): Promise<void>;
}

let terminals = 0;

/** @param command runs in it, in an environment of its own making */
export async function openTerminal(command: readonly string[]): Promise<Terminal> {
  terminals += 1;
  const socket = `inbound-check-${process.pid}-${terminals}`;
  const tmux = (args: readonly string[], input?: string): string =>
    execFileSync('tmux', ['-L', socket, '-f', '/dev/null', ...args], {
      encoding: 'utf8',
      ...(input !== undefined && { input }),
      env: { PATH: process.env.PATH, HOME: process.env.HOME, TERM: 'xterm', LC_ALL: 'C.UTF-8' },
    });
  tmux(['new-session', '-d', '-x', '160', '-y', '50', '-s', 'phone', '--', ...command]);
  tmux(['set-option', '-g', 'window-size', 'manual', ';', 'set-option', '-g', 'history-limit', '5000']);
  // In control mode tmux says when something has changed.
  const watcher = spawn('tmux', ['-L', socket, '-C', 'attach', '-t', 'phone'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { PATH: process.env.PATH, TERM: 'xterm', LC_ALL: 'C.UTF-8' },
  });
  let hasEnded = false;
  const ended = once(watcher, 'close').then(() => {
    hasEnded = true;
  });
  await Promise.race([once(watcher.stdout, 'data'), ended]);
  const screen = (): string => (hasEnded ? '' : tmux(['capture-pane', '-p', '-J', '-S', '-', '-t', 'phone']));
  return {
    type: (line) => {
      tmux(['send-keys', '-t', 'phone', '-l', line]);
      tmux(['send-keys', '-t', 'phone', 'Enter']);
    },
    paste: (text) => {
      tmux(['load-buffer', '-'], text);
      tmux(['paste-buffer', '-d', '-t', 'phone']);
    },
    press: (key) => void tmux(['send-keys', '-t', 'phone', key]),
    screen,
    async until(pattern, behind) {
      let last = '';
      for (;;) {
        const changed = once(watcher.stdout, 'data');
        changed.catch(() => undefined);
        if (hasEnded) throw new Error(`the terminal ended without ${pattern}:\n${last}`);
        const all = screen();
        last = behind === undefined ? all : (all.split(behind)[1] ?? '');
        if (pattern.test(last)) return last;
        await Promise.race([changed, ended]);
      }
    },
    async close() {
      // A server of our own: its socket has our name.
      if (!hasEnded) tmux(['kill-server']);
      await ended;
    },
  };
}
