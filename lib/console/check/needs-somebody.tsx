import { useCallback } from 'preact/hooks';
import type { Side } from '../../model/vocabulary.ts';
import type { ListedTarget } from '../../service/contracts/targets.ts';
import { useApi } from '../api/api-context.ts';
import { keptGates, type SeenGate } from '../gate/seen-gates.ts';
import { useRights } from '../home/rights.ts';
import { useAnswer } from '../live/use-answer.ts';
import { Time } from '../parts/time.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { VerdictBadge } from '../parts/verdict-badge.tsx';
import { addressOf } from '../places/place.ts';
import { allTargets } from '../targets/all-targets.ts';
import { needy } from '../targets/worst-first.ts';
import { useSpeech } from '../words/words.ts';
import { sideOf } from './whose-turn.ts';

const EVERY_MS = 15_000;
/** More are behind the link. */
const MOST = 8;

export function NeedsSomebody() {
  const { say } = useSpeech();
  const api = useApi();
  const { may } = useRights();
  const { value, trouble } = useAnswer(
    useCallback(() => allTargets(api), [api]),
    EVERY_MS,
  );
  const gates = keptGates(Date.now());
  const failing = value === undefined ? [] : needy(value);
  return (
    <section class="card" aria-labelledby="needs">
      <h2 id="needs">{say('needs.title')}</h2>
      <Trouble of={trouble} />
      {value === undefined ? (
        trouble === undefined && <p class="dim">{say('loading')}</p>
      ) : failing.length === 0 && gates.length === 0 ? (
        <p class="dim">
          {say(value.length === 0 ? 'needs.no-targets' : 'needs.nothing')}{' '}
          {value.length === 0 && may('putTarget') && (
            <a href={addressOf({ view: 'register' })}>{say('register.open')}</a>
          )}
        </p>
      ) : (
        <ul class="rows">
          {gates.map((gate) => (
            <GateRow key={gate.target} gate={gate} />
          ))}
          {failing.slice(0, MOST).map((target) => (
            <FailingRow key={target.name} target={target} />
          ))}
        </ul>
      )}
      <p>
        <a href={addressOf({ view: 'targets' })}>{say('needs.all')}</a>
      </p>
    </section>
  );
}

/** A go-live that this browser follows: it goes on when its board is opened. */
function GateRow({ gate: { target, left, count, side, since } }: { readonly gate: SeenGate }) {
  const { say } = useSpeech();
  return (
    <li>
      <b>{say('nav.gates')}</b> <a href={addressOf({ view: 'gate', name: target })}>{target}</a>
      <span class="why">{say('gate.left', { left, count })}</span>
      <Turn side={side} since={new Date(since).toISOString()} />
    </li>
  );
}

function FailingRow({ target: { name, latest } }: { readonly target: ListedTarget }) {
  const worst = latest?.worst;
  return (
    <li>
      <VerdictBadge verdict={latest?.verdict} /> <a href={addressOf({ view: 'target', name })}>{name}</a>
      {worst && (
        <>
          <span class="why">
            {worst.endpoint}
            {worst.cause !== undefined && (
              <>
                {' '}
                <a href={addressOf({ view: 'causes', code: worst.cause })}>
                  <code>{worst.cause}</code>
                </a>
              </>
            )}
          </span>
          <Turn side={sideOf(worst.cause)} since={worst.since} />
        </>
      )}
    </li>
  );
}

/** Whose turn it is, as far as the cause tells, and since when. */
function Turn({ side, since }: { readonly side: Side | undefined; readonly since: string }) {
  const { say } = useSpeech();
  return (
    <span class="why">
      {side !== undefined && <b>{say('needs.turn', { who: say(`side.${side}`) })}</b>}{' '}
      <span class="dim">
        {say('targets.since')} <Time iso={since} />
      </span>
    </span>
  );
}
