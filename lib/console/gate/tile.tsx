import { Clock } from '../parts/clock.tsx';
import { EndpointName } from '../parts/endpoint-name.tsx';
import { VerdictBadge } from '../parts/verdict-badge.tsx';
import { addressOf } from '../places/place.ts';
import { useSpeech } from '../words/words.ts';
import type { JoinedRow } from './board/joined.ts';
import { isRed } from './board/turns.ts';

export function Tile({ row }: { readonly row: JoinedRow }) {
  const { say } = useSpeech();
  const { endpoint, since, decided, decidedAt } = row;
  const { id, verdict, cause, side, expect, fix, summary } = endpoint;
  const red = isRed(row);
  // What one end alone would do may be wrong where both have decided.
  const advice = decided.find((one) => one.fix !== undefined)?.fix ?? fix;
  return (
    <li class={`card tile ${verdict}`}>
      <p>
        <VerdictBadge verdict={verdict} />{' '}
        <span class="dim">
          {say('gate.since')} <Clock at={since} />
        </span>
      </p>
      <h3>
        <EndpointName id={id} />
      </h3>
      {expect === 'closed' && <p class="dim">{say('report.must-be-closed')}</p>}
      {red && side !== undefined && (
        <p class="turn">
          {say('report.acts')}: <b>{say(`side.${side}`)}</b>
        </p>
      )}
      {red && cause !== undefined && <CauseLink code={cause} />}
      {decided.map((one) => (
        <div key={`${one.address} ${one.port} ${one.found}`} class="from-there">
          <p class="dim">
            {say('other.decided')} {decidedAt !== undefined && <Clock at={decidedAt} />}
          </p>
          <p>{one.summary}</p>
          {one.cause !== undefined && <CauseLink code={one.cause} />}
        </div>
      ))}
      {red && (
        <details>
          <summary>{say('report.fix')}</summary>
          <p>{summary}</p>
          {advice !== undefined && <p class="fix">{advice}</p>}
        </details>
      )}
    </li>
  );
}

/** Opens beside: the board stays before the eyes of the call. */
const CauseLink = ({ code }: { readonly code: string }) => (
  <p>
    <a href={addressOf({ view: 'causes', code })} target="_blank" rel="noopener">
      <code>{code}</code>
    </a>
  </p>
);
