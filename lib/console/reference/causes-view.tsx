/** Every cause with its own address, so that a chat can link to it. Loaded when somebody looks. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Cause } from '../../kinds/contract/cause.ts';
import { addressOf } from '../places/place.ts';
import { useSpeech } from '../words/words.ts';
import { loadCauses } from './cause-texts.ts';

export function CausesView({ code }: { readonly code?: string | undefined }) {
  const { say, language } = useSpeech();
  const title = useRef<HTMLHeadingElement>(null);
  const [causes, setCauses] = useState<readonly Cause[]>();
  const [search, setSearch] = useState('');
  useEffect(() => title.current?.focus(), []);
  useEffect(() => {
    let isOver = false;
    void loadCauses(language).then((loaded) => {
      if (!isOver) setCauses(loaded);
    });
    return () => {
      isOver = true;
    };
  }, [language]);
  const chosen = causes?.find((cause) => cause.code === code);
  const wanted = search.trim().toLowerCase();
  return (
    <>
      <h1 ref={title} tabIndex={-1}>
        {code ?? say('causes.title')}
      </h1>
      {causes === undefined && <p class="dim">{say('loading')}</p>}
      {causes !== undefined && code !== undefined && chosen === undefined && <p>{say('causes.missing')}</p>}
      {chosen && <CauseText cause={chosen} />}
      {causes !== undefined && chosen === undefined && (
        <>
          <p class="tools">
            <span class="field">
              <label for="cause-search">{say('causes.search')}</label>
              <input
                id="cause-search"
                type="search"
                value={search}
                onInput={({ currentTarget }) => setSearch(currentTarget.value)}
              />
            </span>
          </p>
          <ul class="rows card">
            {causes
              .filter(
                (cause) =>
                  wanted === '' ||
                  cause.code.includes(wanted) ||
                  cause.summary.toLowerCase().includes(wanted),
              )
              .map((cause) => (
                <li key={cause.code}>
                  <a href={addressOf({ view: 'causes', code: cause.code })}>
                    <code>{cause.code}</code>
                  </a>{' '}
                  {cause.summary}
                </li>
              ))}
          </ul>
        </>
      )}
      {chosen && (
        <p>
          <a href={addressOf({ view: 'causes' })}>{say('causes.title')}</a>
        </p>
      )}
    </>
  );
}

function CauseText({ cause: { summary, proof, next, references } }: { readonly cause: Cause }) {
  const { say } = useSpeech();
  return (
    <section class="card">
      <p>{summary}</p>
      <h2>{say('causes.proof')}</h2>
      <p lang="en">{proof}</p>
      <h2>{say('causes.next')}</h2>
      <p>{next}</p>
      <h2>{say('causes.references')}</h2>
      <ul class="rows">
        {references.map((reference) => (
          <li key={reference}>{reference}</li>
        ))}
      </ul>
    </section>
  );
}
