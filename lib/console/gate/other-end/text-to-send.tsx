import { useId, useState } from 'preact/hooks';
import { spellCode } from '../../../kinds/listener/code.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { useSpeech } from '../../words/words.ts';
import type { GateRow } from '../board/follow-gate.ts';
import { callOf, keepCall } from './kept-calls.ts';
import { type AskedEnd, newAsking, newCode } from './keys.ts';
import { settingsFor, WAYS } from './ways.ts';

export interface TextToSendProps {
  readonly target: string;
  readonly rows: readonly GateRow[];
  readonly asking: AskedEnd | undefined;
  readonly ask: (asking: AskedEnd | undefined) => void;
}

/** What the other end can run, the text for it with its code, and the button that asks there. */
export function TextToSend({ target, rows, asking, ask }: TextToSendProps) {
  const { say } = useSpeech();
  const id = useId();
  const [chosen, setChosen] = useState(callOf(target).way);
  const [code, setCode] = useState(callOf(target).code);
  const way = WAYS.find((one) => one.id === chosen);
  const settings = settingsFor(rows);
  if (rows.length === 0) return <p class="dim">{say('gate.measuring')}</p>;
  if (settings.ports.length === 0) return <p>{say('other.no-ports')}</p>;
  const choose = (name: string): void => {
    // Made when it is needed first, and kept: it may have been read out to somebody.
    const told = code ?? newCode();
    keepCall(target, { way: name, code: told });
    setChosen(name);
    setCode(told);
  };
  const text = way?.text(settings);
  return (
    <>
      <fieldset class="ways">
        <legend>{say('other.which')}</legend>
        {WAYS.map(({ id: name }) => (
          <label key={name} class="choice">
            <input
              type="radio"
              name={`${id}-way`}
              value={name}
              checked={name === chosen}
              onChange={() => choose(name)}
            />
            <span>
              <b>{say(`other.way.${name}`)}</b>
              <span class="hint">{say(`other.way.${name}.text`)}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {way !== undefined && text !== undefined && (
        <>
          <div class="code">
            <h4>
              {say('other.send', { ports: settings.ports.join(', ') })}{' '}
              <CopyButton text={text} about={say(`other.way.${way.id}`)} />
            </h4>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard (WCAG 2.1.1) */}
            <pre class="long" tabIndex={0}>
              {text}
            </pre>
          </div>
          {way.proves && code !== undefined && (
            <p class="big-code">
              {say('other.code')} <code class="told-code">{spellCode(code)}</code>{' '}
              <CopyButton text={spellCode(code)} about={say('other.code')} />
              <span class="hint">{say('other.code.text')}</span>
            </p>
          )}
          <p class="tools">
            <button type="button" class="main" onClick={() => ask(newAsking(way.proves ? code : undefined))}>
              {say('other.ask')}
            </button>
            <span class="hint">{say('other.ask.text')}</span>
          </p>
        </>
      )}
      {asking !== undefined && (
        <p class="tools">
          <span role="status">{say(asking.code === undefined ? 'other.asked.words' : 'other.asked')}</span>
          <button type="button" onClick={() => ask(undefined)}>
            {say('other.ask.end')}
          </button>
        </p>
      )}
    </>
  );
}
