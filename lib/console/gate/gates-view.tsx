import { useCallback, useEffect, useId, useMemo, useRef, useState } from 'preact/hooks';
import { useApi } from '../api/api-context.ts';
import { useRights } from '../home/rights.ts';
import { useAnswer } from '../live/use-answer.ts';
import { NotYours } from '../parts/not-yours.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { VerdictBadge } from '../parts/verdict-badge.tsx';
import { addressOf } from '../places/place.ts';
import { allTargets } from '../targets/all-targets.ts';
import { fitting } from '../targets/list-order.ts';
import { worstFirst } from '../targets/worst-first.ts';
import { useSpeech } from '../words/words.ts';

/** Which target goes live? */
export function GatesView() {
  const { say } = useSpeech();
  const api = useApi();
  const { may } = useRights();
  const id = useId();
  const [search, setSearch] = useState('');
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  const { value, trouble } = useAnswer(useCallback(() => allTargets(api), [api]));
  const sorted = useMemo(() => worstFirst(value ?? []), [value]);
  const rows = useMemo(() => fitting(sorted, search), [sorted, search]);
  return (
    <>
      <h1 ref={title} tabIndex={-1}>
        {say('gates.title')}
      </h1>
      <p>{say('gates.text')}</p>
      {!may('startRun') && <NotYours what="gate" />}
      <Trouble of={trouble} />
      {value?.length === 0 && <p class="card">{say('needs.no-targets')}</p>}
      {sorted.length > 0 && (
        <div class="tools">
          <span class="field">
            <label for={`${id}-search`}>{say('targets.search')}</label>
            <input
              id={`${id}-search`}
              type="search"
              value={search}
              onInput={({ currentTarget }) => setSearch(currentTarget.value)}
            />
          </span>
          <span class="dim" role="status">
            {say('targets.count', { count: rows.length })}
          </span>
        </div>
      )}
      {sorted.length > 0 && rows.length === 0 && <p>{say('targets.none')}</p>}
      {rows.length > 0 && (
        <ul class="rows card">
          {rows.map(({ name, latest }) => (
            <li key={name}>
              <VerdictBadge verdict={latest?.verdict} />{' '}
              <a href={addressOf({ view: may('startRun') ? 'gate' : 'target', name })}>{name}</a>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
