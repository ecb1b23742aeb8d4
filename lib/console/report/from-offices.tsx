/** What offices saw that tried an endpoint of this run from a browser of theirs, and what that means. */
import { useCallback } from 'preact/hooks';
import { useApi } from '../api/api-context.ts';
import { useAnswer } from '../live/use-answer.ts';
import { Time } from '../parts/time.tsx';
import { useSpeech } from '../words/words.ts';

const EVERY_MS = 4_000;

interface FromOfficesProps {
  readonly runId: string;
  readonly target: string;
  /** A link was made here, so that somebody may be about to try. */
  readonly isAsking: boolean;
}

export function FromOffices({ runId, target, isAsking }: FromOfficesProps) {
  const { say } = useSpeech();
  const api = useApi();
  const { value } = useAnswer(
    useCallback(() => api('listOffices', { params: { runId }, query: { target } }), [api, runId, target]),
    isAsking ? EVERY_MS : undefined,
  );
  const told = value?.offices.filter(({ outcomes }) => outcomes.length > 0) ?? [];
  if (told.length === 0 && !isAsking) return null;
  return (
    <section class="card" aria-labelledby="from-offices">
      <h3 id="from-offices">{say('report.offices')}</h3>
      <div role="status">
        {told.length === 0 && <p class="dim">{say('report.offices.waiting')}</p>}
        {told.map(({ share, endpoint, outside, outcomes }) => (
          <div key={share}>
            <h4>{endpoint}</h4>
            <p class="dim">
              {outside.of === 0
                ? say('report.offices.undecided')
                : say(`report.offices.${outside.where}`, { reached: outside.reached, of: outside.of })}{' '}
              <Time iso={outside.at} />
            </p>
            <ul class="rows">
              {outcomes.toReversed().map(({ number, at, address, place, saw, ms, meaning }) => (
                <li key={number}>
                  <b>{place ?? say('report.offices.place')}</b>{' '}
                  {address !== undefined && <code>{address}</code>} {say(`office.saw.${saw}`)}
                  {ms !== undefined && ` (${ms} ms)`}, <Time iso={at} />
                  <span class="why">
                    {say(`office.means.${meaning}`)}
                    {(saw === 'answered' || saw === 'redirected') && ` ${say('office.hides')}`}
                  </span>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </div>
    </section>
  );
}
