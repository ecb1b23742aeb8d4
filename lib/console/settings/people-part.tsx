import { useCallback } from 'preact/hooks';
import { useApi } from '../api/api-context.ts';
import type { AnswerOf } from '../api/operations.ts';
import { useAnswer } from '../live/use-answer.ts';
import { useCall } from '../live/use-call.ts';
import { Time } from '../parts/time.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { useSpeech } from '../words/words.ts';
import { MakeOne } from './make-one.tsx';

/** Of a station: who may sign in, and which programs may ask. In a fleet IAM has all of these. */
export function PeoplePart() {
  const { say } = useSpeech();
  const api = useApi();
  const me = useAnswer(useCallback(() => api('getMe', {}), [api]));
  if (me.trouble?.status === 'refused' && me.trouble.refusal.httpStatus === 404)
    return <p class="card">{say('people.fleet')}</p>;
  if (me.value === undefined) return <Trouble of={me.trouble} again={me.reload} />;
  return (
    <>
      {me.value.may.includes('listPeople') && <People me={me.value} />}
      <Tokens me={me.value} />
    </>
  );
}

interface Own {
  readonly me: AnswerOf<'getMe'>;
}

function People({ me }: Own) {
  const { say } = useSpeech();
  const api = useApi();
  const call = useCall();
  const { value, trouble, reload } = useAnswer(useCallback(() => api('listPeople', {}), [api]));
  return (
    <section class="card" aria-labelledby="people">
      <h2 id="people">{say('people.title')}</h2>
      <Trouble of={trouble} again={reload} />
      <Trouble of={call.trouble} />
      <ul class="rows">
        {value?.people.map(({ handle, name, kind, role, isDisabled, signedInAt }) => (
          <li key={handle}>
            <b>{name ?? handle}</b> {say(`role.${role}`)}{' '}
            <span class="dim">
              {handle} {signedInAt !== undefined && <Time iso={signedInAt} />}
            </span>{' '}
            {kind !== 'owner' &&
              kind !== 'removed' &&
              me.may.includes('changePerson') &&
              handle !== me.handle && (
                <button
                  type="button"
                  aria-disabled={call.isBusy}
                  onClick={() =>
                    void call.run(
                      () => api('changePerson', { params: { handle }, body: { disabled: !isDisabled } }),
                      reload,
                    )
                  }
                >
                  {say(isDisabled ? 'people.enable' : 'people.disable')}
                  <span class="unseen"> {name ?? handle}</span>
                </button>
              )}
          </li>
        ))}
      </ul>
      {me.may.includes('invitePerson') && (
        <MakeOne
          label={say('people.invite')}
          once={say('people.link')}
          most={me.role}
          make={async (name, role) => {
            const answer = await api('invitePerson', { body: { name, role } });
            return answer.status === 'answered' ? { status: 'answered', value: answer.value.url } : answer;
          }}
          made={reload}
        />
      )}
    </section>
  );
}

function Tokens({ me }: Own) {
  const { say } = useSpeech();
  const api = useApi();
  const call = useCall();
  const { value, trouble, reload } = useAnswer(useCallback(() => api('listTokens', {}), [api]));
  return (
    <section class="card" aria-labelledby="tokens">
      <h2 id="tokens">{say('tokens.title')}</h2>
      <Trouble of={trouble} again={reload} />
      <Trouble of={call.trouble} />
      <ul class="rows">
        {value?.tokens.map(({ name, role, person, expiresAt, usedAt }) => (
          <li key={name}>
            <b>{name}</b> {say(`role.${role}`)}{' '}
            <span class="dim">
              {person} {say('tokens.until')} <Time iso={expiresAt} />,{' '}
              {usedAt === undefined ? (
                say('tokens.unused')
              ) : (
                <>
                  {say('tokens.used')} <Time iso={usedAt} />
                </>
              )}
            </span>{' '}
            <button
              type="button"
              aria-disabled={call.isBusy}
              onClick={() => void call.run(() => api('revokeToken', { params: { name } }), reload)}
            >
              {say('tokens.revoke')}
              <span class="unseen"> {name}</span>
            </button>
          </li>
        ))}
      </ul>
      {me.by === 'session' && (
        <MakeOne
          label={say('tokens.make')}
          once={say('tokens.once')}
          most={me.role}
          make={async (name, role) => {
            const answer = await api('makeToken', { body: { name, role } });
            return answer.status === 'answered' ? { status: 'answered', value: answer.value.token } : answer;
          }}
          made={reload}
        />
      )}
    </section>
  );
}
