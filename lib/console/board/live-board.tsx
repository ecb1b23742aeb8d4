/** Endpoint × vantage while a run goes on: cells fill where they are, and what was found first stands on top. */
import { useRef } from 'preact/hooks';
import { Scroll } from '../parts/scroll.tsx';
import { useSpeech } from '../words/words.ts';
import type { Board, Cell } from './board.ts';
import { type BoardFinding, findingsOf, inOrderOfArrival, keyOf } from './findings.ts';

/** What is read out of one look; of more, how many. */
const MOST_TOLD = 3;

export function LiveBoard({ board }: { readonly board: Board }) {
  const { say } = useSpeech();
  const findings = useArrivals(board);
  const lost = board.columns.filter(({ error }) => error !== undefined);
  return (
    <>
      <FirstFinding findings={findings} />
      <Scroll label={say('board.label')}>
        <table class="board" style={{ '--vantages': board.columns.length }}>
          <thead>
            <tr>
              <th scope="col">{say('board.endpoint')}</th>
              {board.columns.map(({ id, status }) => (
                <th key={id} scope="col">
                  <span class="one-line">{id}</span>
                  <span class="dim one-line">{say(`board.vantage.${status}`)}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {board.rows.map(({ endpoint, cells }) => (
              <tr key={endpoint}>
                <th scope="row">{endpoint}</th>
                {cells.map((cell, index) => (
                  <BoardCell key={board.columns[index]?.id} cell={cell} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <ul class="lost">
        {lost.map(({ id, error }) => (
          <li key={id}>{say('board.lost', { vantage: id, error: error ?? '' })}</li>
        ))}
      </ul>
    </>
  );
}

function BoardCell({ cell }: { readonly cell: Cell }) {
  const { say } = useSpeech();
  if (cell.is !== 'seen')
    return (
      <td class="waiting">
        <span class="one-line">{say(`board.${cell.is}`)}</span>
        <code />
      </td>
    );
  const { state, cause } = cell.seen;
  const tone = state === 'inconclusive' ? 'inconclusive' : cell.isFinding ? 'fail' : 'pass';
  return (
    <td class={`seen ${tone}`}>
      <span class="one-line">{say(`state.${state}`)}</span>
      <code>{cause ?? ''}</code>
    </td>
  );
}

/** In their order; `fresh`: those that the look before had not. */
function useArrivals(board: Board): {
  readonly all: readonly BoardFinding[];
  readonly fresh: readonly BoardFinding[];
} {
  const known = useRef<{ board: Board | undefined; all: BoardFinding[]; fresh: BoardFinding[] }>({
    board: undefined,
    all: [],
    fresh: [],
  });
  if (known.current.board !== board) {
    const { all: before, fresh: told } = known.current;
    const all = inOrderOfArrival(before, findingsOf(board));
    const were = new Set(before.map(keyOf));
    const fresh = all.filter((one) => !were.has(keyOf(one)));
    // What was told stays until there is more to tell: an empty text would be a change, too.
    known.current = { board, all, fresh: fresh.length > 0 ? fresh : told };
  }
  return known.current;
}

function FirstFinding({ findings: { all, fresh } }: { readonly findings: ReturnType<typeof useArrivals> }) {
  const { say } = useSpeech();
  const [first, ...others] = all;
  const words = ({ endpoint, state, vantage }: BoardFinding): string =>
    say('board.finding', { endpoint, state: say(`state.${state}`), vantage });
  const told = fresh
    .slice(0, MOST_TOLD)
    .map((one) => `${words(one)}${one.cause === undefined ? '' : ` ${one.cause}`}.`);
  const untold = fresh.length - told.length;
  return (
    <>
      <p class="first">
        {first && (
          <>
            <b>{say('board.first')}:</b> {words(first)} <code>{first.cause ?? ''}</code>
            {others.length > 0 && ` ${say('board.more', { count: others.length })}`}
          </>
        )}
      </p>
      <p class="unseen" role="status">
        {told.join(' ')}
        {untold > 0 && ` ${say('board.more', { count: untold })}`}
      </p>
    </>
  );
}
