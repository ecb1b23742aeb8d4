import { useId, useState } from 'preact/hooks';
import { readListenerCode, spellCode } from '../../../kinds/listener/code.ts';
import { useApi } from '../../api/api-context.ts';
import type { AnswerOf } from '../../api/operations.ts';
import { useCall } from '../../live/use-call.ts';
import { Trouble } from '../../parts/trouble.tsx';
import { addressOf } from '../../places/place.ts';
import { useSpeech } from '../../words/words.ts';
import { sentEvidence } from './evidence.ts';
import { type AskedEnd, sealKeys } from './keys.ts';

export interface WhatArrivedProps {
  readonly target: string;
  /** The run that it is joined to. */
  readonly runId: string;
  readonly asking: AskedEnd | undefined;
  readonly joined: (runId: string) => void;
}

/** A sealed log or block of the listener, pasted or chosen as a file. */
export function WhatArrived({ target, runId, asking, joined }: WhatArrivedProps) {
  const { say } = useSpeech();
  const api = useApi();
  const id = useId();
  const [text, setText] = useState('');
  const [changed, setChanged] = useState<string>();
  // The one that is asked with, until somebody types another.
  const typed = changed ?? (asking?.code === undefined ? '' : spellCode(asking.code));
  const [fault, setFault] = useState<string>();
  const [decided, setDecided] = useState<AnswerOf<'joinListener'>['decided']>();
  const { trouble, isBusy, run } = useCall();
  const take = async (file: File | undefined): Promise<void> => {
    if (file !== undefined) setText(await file.text());
  };
  const join = async (event: Event): Promise<void> => {
    event.preventDefault();
    setDecided(undefined);
    const code = readListenerCode(typed);
    if (text.trim() === '') return setFault(say('other.log.missing'));
    if (code === undefined) return setFault(say('other.log.no-code'));
    const sent = await sentEvidence(text);
    if (sent === undefined) return setFault(say('other.log.large'));
    setFault(undefined);
    const body = { target, ...sent, keys: await sealKeys(code) };
    await run(
      () => api('joinListener', { params: { runId }, body }),
      (value) => {
        setDecided(value.decided);
        joined(runId);
      },
    );
  };
  return (
    <form class="arrived" onSubmit={(event) => void join(event)}>
      <label for={`${id}-log`}>{say('other.log')}</label>
      <textarea
        id={`${id}-log`}
        rows={4}
        value={text}
        spellcheck={false}
        placeholder="-----BEGIN INBOUND CHECK LISTENER-----"
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
      <p class="tools">
        <span class="field">
          <label for={`${id}-file`}>{say('other.log.file')}</label>
          <input
            id={`${id}-file`}
            type="file"
            onChange={({ currentTarget }) => void take(currentTarget.files?.[0])}
          />
        </span>
        <span class="field">
          <label for={`${id}-code`}>{say('other.code')}</label>
          <input
            id={`${id}-code`}
            value={typed}
            size={24}
            autocomplete="off"
            spellcheck={false}
            onInput={({ currentTarget }) => setChanged(currentTarget.value)}
          />
        </span>
        <button type="submit" aria-disabled={isBusy}>
          {say('other.log.join')}
        </button>
      </p>
      {fault !== undefined && (
        <p class="bad" role="alert">
          {fault}
        </p>
      )}
      <Trouble of={trouble} />
      {decided !== undefined && (
        <ul class="rows" aria-live="polite">
          {decided.length === 0 && <li>{say('other.log.nothing')}</li>}
          {decided.map(({ endpoint, address, port, cause, summary }) => (
            <li key={`${endpoint} ${address} ${port}`}>
              <b>{endpoint}</b>{' '}
              {cause !== undefined && (
                <a href={addressOf({ view: 'causes', code: cause })} target="_blank" rel="noopener">
                  <code>{cause}</code>
                </a>
              )}
              <span class="why">{summary}</span>
            </li>
          ))}
        </ul>
      )}
    </form>
  );
}
