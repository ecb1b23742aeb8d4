import { useCallback, useEffect, useId, useRef, useState } from 'preact/hooks';
import type { ListedTarget } from '../../service/contracts/targets.ts';
import { useApi } from '../api/api-context.ts';
import { useAnswer } from '../live/use-answer.ts';
import { Time } from '../parts/time.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { VerdictBadge } from '../parts/verdict-badge.tsx';
import { addressOf } from '../places/place.ts';
import { useSpeech } from '../words/words.ts';
import { allTargets } from './all-targets.ts';
import { worstFirst } from './worst-first.ts';

const EVERY_MS = 15_000;
/** Rows that are drawn at once; searching finds the others. */
const DRAWN = 200;

export function TargetsView() {
  const { say } = useSpeech();
  const api = useApi();
  const id = useId();
  const title = useRef<HTMLHeadingElement>(null);
  const [search, setSearch] = useState('');
  const [order, setOrder] = useState<'worst' | 'name'>('worst');
  const [drawn, setDrawn] = useState(DRAWN);
  const { value, trouble } = useAnswer(
    useCallback(() => allTargets(api), [api]),
    EVERY_MS,
  );
  useEffect(() => title.current?.focus(), []);
  const wanted = search.trim().toLowerCase();
  const fitting = (value ?? []).filter(
    ({ name, owner = '', hosts }) =>
      wanted === '' || [name, owner, ...hosts].some((text) => text.toLowerCase().includes(wanted)),
  );
  const sorted =
    order === 'worst'
      ? worstFirst(fitting)
      : [...fitting].sort((one, other) => one.name.localeCompare(other.name));
  return (
    <>
      <h1 ref={title} tabIndex={-1}>
        {say('targets.title')}
      </h1>
      <Trouble of={trouble} />
      <div class="tools">
        <label for={`${id}-search`}>{say('targets.search')}</label>
        <input
          id={`${id}-search`}
          type="search"
          value={search}
          onInput={({ currentTarget }) => setSearch(currentTarget.value)}
        />
        <label for={`${id}-order`}>{say('targets.sort')}</label>
        <select
          id={`${id}-order`}
          value={order}
          onChange={({ currentTarget }) => setOrder(currentTarget.value === 'name' ? 'name' : 'worst')}
        >
          <option value="worst">{say('targets.sort.worst')}</option>
          <option value="name">{say('targets.sort.name')}</option>
        </select>
        <span class="dim" role="status">
          {value && say('targets.count', { count: fitting.length })}
        </span>
      </div>
      {value?.length === 0 && <p class="card">{say('needs.no-targets')}</p>}
      {value !== undefined && value.length > 0 && sorted.length === 0 && <p>{say('targets.none')}</p>}
      <ul class="rows card targets">
        {sorted.slice(0, drawn).map((target) => (
          <TargetRow key={target.name} target={target} />
        ))}
      </ul>
      {sorted.length > drawn && (
        <button type="button" onClick={() => setDrawn(drawn + DRAWN)}>
          + {Math.min(DRAWN, sorted.length - drawn)}
        </button>
      )}
    </>
  );
}

function TargetRow({ target: { name, hosts, latest } }: { readonly target: ListedTarget }) {
  const { say } = useSpeech();
  return (
    <li>
      <VerdictBadge verdict={latest?.verdict} />
      <span>
        <a href={addressOf({ view: 'target', name })}>{name}</a>{' '}
        <span class="dim">{hosts.filter((host) => host !== name).join(', ')}</span>
        {latest?.worst && (
          <span class="why">
            {latest.worst.endpoint} {latest.worst.cause !== undefined && <code>{latest.worst.cause}</code>}
          </span>
        )}
      </span>
      {latest && (
        <span class="dim when">
          <Time iso={latest.worst?.since ?? latest.startedAt} />
          <span class="unseen">{say('targets.last', { time: latest.startedAt })}</span>
        </span>
      )}
    </li>
  );
}
