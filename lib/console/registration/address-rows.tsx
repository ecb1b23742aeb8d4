import { useRef } from 'preact/hooks';
import { useSpeech } from '../words/words.ts';
import { type AddressRow, addressRow, MEANINGS } from './target-fields.ts';

/** Addresses, each with what is expected of it. */
export function AddressRows(props: {
  readonly legend: string;
  readonly rows: readonly AddressRow[];
  readonly set: (rows: readonly AddressRow[]) => void;
  readonly faultAt: (field: `row-${number}`) => string | undefined;
}) {
  const { say } = useSpeech();
  const { legend, rows, set, faultAt } = props;
  const all = useRef<HTMLFieldSetElement>(null);
  const change = (key: number, part: Partial<AddressRow>): void =>
    set(rows.map((row) => (row.key === key ? { ...row, ...part } : row)));
  const add = (): void => {
    set([...rows, addressRow()]);
    focusLater(() => all.current?.querySelector<HTMLElement>('li:last-of-type input'));
  };
  const remove = (key: number): void => {
    const left = rows.filter((row) => row.key !== key);
    set(left.length === 0 ? [addressRow()] : left);
    // The button is gone: what is left takes the focus.
    focusLater(() => all.current?.querySelector<HTMLElement>('.add'));
  };
  return (
    <fieldset ref={all} class="addresses">
      <legend>{legend}</legend>
      <ul>
        {rows.map(({ key, uri, meaning }, index) => {
          const fault = faultAt(`row-${key}`);
          return (
            <li key={key}>
              <input
                name={`row-${key}`}
                value={uri}
                aria-label={say('register.row', { index: index + 1 })}
                aria-invalid={fault !== undefined}
                aria-describedby={fault === undefined ? 'rows-hint' : `row-${key}-fault`}
                autocomplete="off"
                autocapitalize="none"
                spellcheck={false}
                onInput={({ currentTarget }) => change(key, { uri: currentTarget.value })}
              />
              <select
                value={meaning}
                aria-label={say('register.row.meaning', { index: index + 1 })}
                onChange={({ currentTarget }) =>
                  change(key, { meaning: MEANINGS.find((one) => one === currentTarget.value) ?? 'required' })
                }
              >
                {MEANINGS.map((one) => (
                  <option key={one} value={one}>
                    {say(`register.meaning.${one}`)}
                  </option>
                ))}
              </select>
              <button type="button" onClick={() => remove(key)}>
                {say('register.row.remove')}
                <span class="unseen"> {say('register.row', { index: index + 1 })}</span>
              </button>
              {fault !== undefined && (
                <p id={`row-${key}-fault`} class="hint bad">
                  {fault}
                </p>
              )}
            </li>
          );
        })}
      </ul>
      <p id="rows-hint" class="hint">
        {say('register.rows.hint')}
      </p>
      <button type="button" class="add" onClick={add}>
        {say('register.row.add')}
      </button>
    </fieldset>
  );
}

const focusLater = (find: () => HTMLElement | null | undefined): void => {
  requestAnimationFrame(() => find()?.focus());
};
