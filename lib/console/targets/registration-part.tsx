import type { ComponentChildren } from 'preact';
import type { AnswerOf } from '../api/operations.ts';
import { useRights } from '../home/rights.ts';
import { Time } from '../parts/time.tsx';
import { addressOf } from '../places/place.ts';
import { RemoveTarget } from '../registration/remove-target.tsx';
import { WhoIsTold } from '../registration/who-is-told.tsx';
import { useSpeech } from '../words/words.ts';
import { DefinitionInWords } from './definition-in-words.tsx';

/** What is registered, in words, by whom, and who is told of changes; to change and to remove. */
export function RegistrationPart({ target }: { readonly target: AnswerOf<'getTarget'> }) {
  const { say } = useSpeech();
  const { may } = useRights();
  const { name, definition, owner, addedBy, addedAt, changedBy, changedAt, vouch, checkedAt } = target;
  return (
    <section class="card" aria-labelledby="registration">
      <h2 id="registration">{say('registration.title')}</h2>
      <dl class="registered">
        {owner !== undefined && <Fact name={say('registration.owner')}>{owner}</Fact>}
        <Fact name={say('registration.checks')}>
          {definition === undefined ? say('registration.unread') : <DefinitionInWords of={definition} />}
        </Fact>
        <Fact name={say('register.told')}>
          <WhoIsTold name={name} />
        </Fact>
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
      <div class="tools">
        {may('putTarget') && <a href={addressOf({ view: 'change', name })}>{say('registration.change')}</a>}
        {may('removeTarget') && <RemoveTarget name={name} hasSchedule={target.schedule !== undefined} />}
      </div>
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
