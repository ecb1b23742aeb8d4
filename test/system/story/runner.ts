/** Runs inside the namespaces, and does what the test outside asks for. */
import { setTimeout as pause } from 'node:timers/promises';
import { happen } from './happenings.ts';
import type { Numbered, Question, Ran, Reply } from './protocol.ts';
import { type Stage, setStage } from './stage.ts';

let stage: Stage | undefined;

async function answer(question: Question): Promise<unknown> {
  if (question.ask === 'start') {
    stage = await setStage(question.plan);
    return;
  }
  if (stage === undefined) throw new Error('the story has not begun');
  switch (question.ask) {
    case 'run':
      return run(question.args, question.meanwhile, stage);
    case 'happen':
      return happen(question.what, stage);
    default:
      question satisfies never;
      throw new Error('nobody asks that');
  }
}

/** @param meanwhile happens when the first run that the command has started is over */
async function run(args: readonly string[], meanwhile: readonly string[], on: Stage): Promise<Ran> {
  const before = on.home.published();
  const ran = on.command(args);
  let over = false;
  void ran.finally(() => {
    over = true;
  });
  if (meanwhile.length > 0) {
    while (!over && on.home.published() === before) await pause(20);
    for (const what of meanwhile) await happen(what, on);
  }
  return ran;
}

process.on('message', ({ number, message }: Numbered<Question>) => {
  const reply = (told: Reply): void =>
    void process.send?.({ number, message: told } satisfies Numbered<Reply>);
  answer(message).then(
    (value) => reply({ ok: true, value }),
    (error: unknown) =>
      reply({ ok: false, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
