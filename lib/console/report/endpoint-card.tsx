import type { EndpointReport } from '../../engine/report-schema.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { EndpointName } from '../parts/endpoint-name.tsx';
import { Time } from '../parts/time.tsx';
import { VerdictBadge } from '../parts/verdict-badge.tsx';
import { addressOf } from '../places/place.ts';
import { useSpeech } from '../words/words.ts';
import { RuleFor } from './rule-for.tsx';

export function EndpointCard({ endpoint }: { readonly endpoint: EndpointReport }) {
  const { say } = useSpeech();
  const { id, verdict, cause, side, summary, fix, rules = [], expect, history, observations } = endpoint;
  return (
    <section class={`card endpoint ${verdict}`} aria-label={id}>
      <h3>
        <VerdictBadge verdict={verdict} />{' '}
        <b>
          <EndpointName id={id} />
        </b>{' '}
        {expect === 'closed' && <span class="dim">{say('report.must-be-closed')}</span>}
      </h3>
      <p>{summary}</p>
      <dl class="facts">
        {side !== undefined && (
          <div>
            <dt>{say('report.acts')}</dt>
            <dd>{say(`side.${side}`)}</dd>
          </div>
        )}
        {cause !== undefined && (
          <div>
            <dt class="unseen">{say('nav.causes')}</dt>
            <dd>
              <a href={addressOf({ view: 'causes', code: cause })}>
                <code>{cause}</code>
              </a>
            </dd>
          </div>
        )}
        {history !== undefined && (
          <div>
            <dt class="unseen">{say('target.runs')}</dt>
            <dd>
              {say('needs.since', { time: '' })}
              <Time iso={history.since} />
            </dd>
          </div>
        )}
      </dl>
      {fix !== undefined && (
        <div class="code">
          <h4>
            {say('report.fix')} <CopyButton text={fix} about={say('report.fix')} />
          </h4>
          <p class="fix">{fix}</p>
        </div>
      )}
      {rules.length > 0 && <RuleFor rules={rules} />}
      <details>
        <summary>{say('report.seen')}</summary>
        <ul class="rows">
          {observations.map((seen) => (
            <li key={`${seen.vantage} ${seen.address} ${seen.attempt}`}>
              <b>{seen.vantage}</b> {seen.address} {say(`state.${seen.state}`)}{' '}
              {seen.cause !== undefined && <code>{seen.cause}</code>} <Time iso={seen.startedAt} />
              <span class="why">{seen.summary}</span>
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}
