import type { ComponentChildren } from 'preact';
import type { AnswerOf } from '../api/operations.ts';
import { Time } from '../parts/time.tsx';
import { useSpeech } from '../words/words.ts';

/** What is registered, in the words of a targets file, and by whom. */
export function RegistrationPart({ target }: { readonly target: AnswerOf<'getTarget'> }) {
  const { say } = useSpeech();
  const { definition, owner, addedBy, addedAt, changedBy, changedAt, vouch, checkedAt } = target;
  const { name: _name, ...words } = definition ?? {};
  return (
    <section class="card" aria-labelledby="registration">
      <h2 id="registration">{say('registration.title')}</h2>
      <dl class="registered">
        {owner !== undefined && <Fact name={say('registration.owner')}>{owner}</Fact>}
        {Object.entries(words).map(([name, value]) => (
          <Fact key={name} name={name}>
            <code>{typeof value === 'string' ? value : JSON.stringify(value)}</code>
          </Fact>
        ))}
        {definition === undefined && (
          <Fact name={say('registration.checks')}>{say('registration.unread')}</Fact>
        )}
        {addedAt !== undefined && (
          <Fact name={say('registration.added')}>
            <Time iso={addedAt} /> {addedBy}
          </Fact>
        )}
        {changedAt !== undefined && changedAt !== addedAt && (
          <Fact name={say('registration.changed')}>
            <Time iso={changedAt} /> {changedBy}
          </Fact>
        )}
        {vouch && (
          <Fact name={say('registration.vouched')}>
            {vouch.by}: {vouch.reason}
          </Fact>
        )}
        {checkedAt !== undefined && (
          <Fact name={say('registration.looked')}>
            <Time iso={checkedAt} />
          </Fact>
        )}
      </dl>
    </section>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
