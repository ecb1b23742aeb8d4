/** The test's end of a story: a process in namespaces of its own, in which nothing leads out of the machine. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Numbered, Question, Ran, Reply, RunnerPlan } from './protocol.ts';

const RUNNER = fileURLToPath(new URL('./runner.ts', import.meta.url));
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** Everything that the process starts ends with it. */
const UNSHARE = ['--net', '--mount', '--pid', '--fork', '--kill-child=SIGKILL', '--mount-proc'] as const;
/** Characters kept of what the process says, for when it crashes. */
const MAX_SAID = 20_000;

/** Why there can be no story here, or `undefined`. */
export function whyNoStory(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces need Linux';
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  for (const tool of ['ip', 'nft']) if (spawnSync(tool, ['-V']).error) return `${tool} is not installed`;
  const tried = spawnSync('unshare', [...UNSHARE, 'true'], { encoding: 'utf8' });
  return tried.status === 0
    ? undefined
    : `unshare makes no namespaces: ${tried.error?.message ?? tried.stderr.trim()}`;
}

export interface Story {
  run(args: readonly string[], meanwhile: readonly string[]): Promise<Ran>;
  /** Words of the page, and what they stand for from here on. */
  happen(what: string): Promise<Readonly<Record<string, string>>>;
  end(): Promise<void>;
}

/** @param plan without the folder of `docs` beside the files of the story, which is added */
export async function startStory(plan: RunnerPlan): Promise<Story> {
  mkdirSync(plan.folder, { recursive: true });
  symlinkSync(join(ROOT, 'docs'), join(plan.folder, 'docs'));
  const child = spawn('unshare', [...UNSHARE, process.execPath, '--import', 'tsx', RUNNER], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const ask = createAsking(child);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await ask({ ask: 'start', plan });
  return {
    run: (args, meanwhile) => ask({ ask: 'run', args, meanwhile }) as Promise<Ran>,
    happen: (what) => ask({ ask: 'happen', what }) as Promise<Readonly<Record<string, string>>>,
    async end() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function createAsking(child: ChildProcess): (question: Question) => Promise<unknown> {
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (bytes: Buffer) => {
      said = (said + bytes.toString()).slice(-MAX_SAID);
    });
  const waiting = new Map<number, (reply: Reply) => void>();
  child.on('message', ({ number, message }: Numbered<Reply>) => {
    waiting.get(number)?.(message);
    waiting.delete(number);
  });
  child.on('close', (status, signal) => {
    for (const answer of waiting.values())
      answer({ ok: false, error: `the story ended with ${status ?? signal}: ${said}` });
    waiting.clear();
  });
  let last = 0;
  return async (message) => {
    last += 1;
    const number = last;
    const reply = await new Promise<Reply>((resolve) => {
      waiting.set(number, resolve);
      child.send({ number, message } satisfies Numbered<Question>, (error) => {
        if (error !== null) resolve({ ok: false, error: `${error.message}: ${said}` });
      });
    });
    if (!reply.ok) throw new Error(reply.error);
    return reply.value;
  };
}
