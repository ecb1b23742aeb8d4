import { useId, useState } from 'preact/hooks';
import { useApi } from '../../api/api-context.ts';
import type { AnswerOf } from '../../api/operations.ts';
import { useCall } from '../../live/use-call.ts';
import { Trouble } from '../../parts/trouble.tsx';
import { useSpeech } from '../../words/words.ts';
import type { GateRow } from '../board/follow-gate.ts';

type ReadStatus = AnswerOf<'readBackRun'>['read'][number]['status'];

export interface TheyReadProps {
  readonly target: string;
  readonly row: GateRow;
  /** The run has a joined report now. */
  readonly joined: (runId: string) => void;
}

/** "They read: [ ]" of one port: compared with what was sent there, and taken into a report of its own. */
export function TheyRead({ target, row: { endpoint, runId }, joined }: TheyReadProps) {
  const { say } = useSpeech();
  const api = useApi();
  const id = useId();
  const [words, setWords] = useState('');
  const [status, setStatus] = useState<ReadStatus>();
  const { trouble, isBusy, run } = useCall();
  const { host, port } = endpoint;
  const compare = (event: Event): void => {
    event.preventDefault();
    if (words.trim() === '') return;
    const body = { target, words: [{ host, port, words: words.trim() }] };
    void run(
      () => api('readBackRun', { params: { runId }, body }),
      ({ read }) => {
        setStatus(read[0]?.status);
        joined(runId);
      },
    );
  };
  return (
    <li>
      <form class="they-read" onSubmit={compare}>
        <label for={id}>
          <b>{port}</b> {say('other.read')}
        </label>
        <input
          id={id}
          value={words}
          maxLength={100}
          placeholder="TANGO LIMA 47"
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          onInput={({ currentTarget }) => {
            setWords(currentTarget.value);
            setStatus(undefined);
          }}
        />
        <button type="submit" aria-disabled={isBusy}>
          {say('other.read.compare')}
        </button>
        <span role="status" class={status === 'right' ? 'right' : 'bad'}>
          {status !== undefined && say(`other.read.${status}`)}
        </span>
      </form>
      <Trouble of={trouble} />
    </li>
  );
}
