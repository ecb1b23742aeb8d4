import { useEffect, useId, useMemo, useRef, useState } from 'preact/hooks';
import { useRights } from '../home/rights.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { addressOf } from '../places/place.ts';
import { useSpeech } from '../words/words.ts';
import { fitting, heldInPlace, inOrder, LIST_ORDERS, type ListOrder } from './list-order.ts';
import { LongList } from './long-list.tsx';
import { TargetRow } from './target-row.tsx';
import { useAllTargets } from './use-all-targets.ts';
import { useCauseWords } from './use-cause-words.ts';

export function TargetsView() {
  const { say } = useSpeech();
  const { may } = useRights();
  const id = useId();
  const title = useRef<HTMLHeadingElement>(null);
  const [search, setSearch] = useState('');
  const [order, setOrder] = useState<ListOrder>('worst');
  const [isHeld, setHeld] = useState(false);
  const { value, trouble, isWhole, reload } = useAllTargets();
  const wordsOf = useCauseWords();
  const list = useRef<HTMLDivElement>(null);
  const shown = useRef<{ readonly order: ListOrder; readonly names: readonly string[] }>(undefined);
  useEffect(() => title.current?.focus(), []);
  const sorted = useMemo(() => {
    const before = shown.current;
    // A row that was scrolled far away is no longer in the document, and took the focus with it.
    const isIn = isHeld && list.current?.contains(document.activeElement) === true;
    const next =
      isIn && before?.order === order ? heldInPlace(value ?? [], before.names) : inOrder(value ?? [], order);
    shown.current = { order, names: next.map(({ name }) => name) };
    return next;
  }, [value, order, isHeld]);
  const rows = useMemo(() => fitting(sorted, search), [sorted, search]);
  return (
    <>
      <h1 ref={title} tabIndex={-1}>
        {say('targets.title')}
      </h1>
      <Trouble of={trouble} again={reload} />
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
        <span class="field">
          <label for={`${id}-order`}>{say('targets.sort')}</label>
          <select
            id={`${id}-order`}
            value={order}
            onChange={({ currentTarget }) =>
              setOrder(LIST_ORDERS.find((one) => one === currentTarget.value) ?? 'worst')
            }
          >
            {LIST_ORDERS.map((one) => (
              <option key={one} value={one}>
                {say(`targets.sort.${one}`)}
              </option>
            ))}
          </select>
        </span>
        {may('putTarget') && (
          <a class="button" href={addressOf({ view: 'register' })}>
            {say('register.open')}
          </a>
        )}
        <span class="dim" role="status">
          {value === undefined ? say('loading') : say('targets.count', { count: rows.length })}
          {value !== undefined && !isWhole && ` ${say('targets.more')}`}
        </span>
      </div>
      {isWhole && value?.length === 0 && <Begin />}
      {isWhole && sorted.length > 0 && rows.length === 0 && <p>{say('targets.none')}</p>}
      {rows.length > 0 && (
        // Its order stays while somebody is in it: nothing moves under their focus.
        <div
          ref={list}
          onFocusCapture={() => setHeld(true)}
          onBlurCapture={(event) => setHeld(isStillWithin(event.currentTarget, event))}
        >
          <LongList
            count={rows.length}
            label={say('targets.title')}
            row={(index) => {
              const target = rows[index];
              return (
                target && (
                  <TargetRow
                    key={target.name}
                    target={target}
                    place={index + 1}
                    count={rows.length}
                    wordsOf={wordsOf}
                  />
                )
              );
            }}
          />
        </div>
      )}
    </>
  );
}

/** From one row to the next, or to another window: there, the page keeps its focused element. */
const isStillWithin = (list: Element, { target, relatedTarget }: FocusEvent): boolean =>
  document.activeElement === target || (relatedTarget instanceof Node && list.contains(relatedTarget));

const FIRST = 'inbound-check target add "Shop" --check https://shop.example.com/';

function Begin() {
  const { say } = useSpeech();
  const { may } = useRights();
  return (
    <section class="card">
      <p>
        {say('needs.no-targets')}{' '}
        {may('putTarget') && <a href={addressOf({ view: 'register' })}>{say('register.open')}</a>}
      </p>
      {may('putTarget') && (
        <p class="code">
          {say('targets.begin')} <code>{FIRST}</code> <CopyButton text={FIRST} about={say('targets.begin')} />
        </p>
      )}
    </section>
  );
}
