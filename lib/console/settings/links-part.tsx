import { useCallback } from 'preact/hooks';
import type { ListedShare } from '../../service/contracts/shares.ts';
import type { ConsoleApi } from '../api/api.ts';
import { useApi } from '../api/api-context.ts';
import type { ApiReply } from '../api/reply.ts';
import { useRights } from '../home/rights.ts';
import { useAnswer } from '../live/use-answer.ts';
import { useCall } from '../live/use-call.ts';
import { Time } from '../parts/time.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { addressOf } from '../places/place.ts';
import { useSpeech } from '../words/words.ts';

const MOST_PAGES = 20;

async function allShares(api: ConsoleApi): Promise<ApiReply<readonly ListedShare[]>> {
  const shares: ListedShare[] = [];
  let after: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await api('listShares', { query: after === undefined ? {} : { after } });
    if (answer.status !== 'answered') return answer;
    shares.push(...answer.value.shares);
    after = answer.value.next;
    if (after === undefined) break;
  }
  // The newest first: it is the one that somebody has just made by mistake.
  return { status: 'answered', value: shares.reverse() };
}

export function LinksPart() {
  const { say } = useSpeech();
  const api = useApi();
  const { value, trouble, reload } = useAnswer(useCallback(() => allShares(api), [api]));
  const { may } = useRights();
  const revoking = useCall();
  return (
    <section class="card">
      <Trouble of={trouble} again={reload} />
      <Trouble of={revoking.trouble} />
      {value?.length === 0 && <p class="dim">{say('links.none')}</p>}
      <ul class="rows">
        {value?.map(
          ({ id, runId, target, createdBy, createdAt, expiresAt, redacted, checkAgain, office, state }) => (
            <li key={id}>
              <a href={addressOf({ view: 'run', runId })}>{target}</a> <b>{say(`links.${state}`)}</b>{' '}
              {redacted && <span class="dim">{say('links.redacted')}</span>}{' '}
              {checkAgain && (
                <span class="dim">
                  {say('links.again', { used: checkAgain.used ?? 0, runs: checkAgain.runs })}
                </span>
              )}
              {office && (
                <span class="dim">
                  {say('links.office', {
                    endpoint: office.endpoint,
                    used: office.used ?? 0,
                    attempts: office.attempts,
                  })}
                </span>
              )}
              <span class="why dim">
                {createdBy}, <Time iso={createdAt} /> – <Time iso={expiresAt} />
              </span>
              {state === 'open' && may('revokeShare') && (
                <button
                  type="button"
                  aria-disabled={revoking.isBusy}
                  onClick={() => void revoking.run(() => api('revokeShare', { params: { id } }), reload)}
                >
                  {say('links.revoke')}
                  <span class="unseen"> {target}</span>
                </button>
              )}
            </li>
          ),
        )}
      </ul>
    </section>
  );
}
