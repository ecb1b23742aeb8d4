import { addressOf } from '../places/place.ts';
import { profileCards } from '../profile/profile-cards.ts';
import type { WrittenTarget } from '../profile/profile-options.ts';
import { EXPECTATION_NAMES, expectationFieldsOf } from '../registration/expectations.ts';
import { fieldsOfTarget } from '../registration/target-fields.ts';
import { useSpeech } from '../words/words.ts';

/** What a target checks, as a person says it. */
export function DefinitionInWords({ of }: { readonly of: WrittenTarget }) {
  const { say } = useSpeech();
  const { host, profile, options, rows } = fieldsOfTarget('', of);
  const card = profileCards.find(({ id }) => id === profile);
  return (
    <ul class="in-words">
      {profile !== '' && (
        <li>
          <b>{host}</b> <a href={addressOf({ view: 'profiles', id: profile })}>{card?.title ?? profile}</a>
          <ul>
            {options.replies && <li>{say('option.replies')}</li>}
            {options.domain !== '' && (
              <li>
                {say('option.domain')}: {options.domain}
              </li>
            )}
            {options.recipient !== '' && (
              <li>
                {say('option.recipient')}: {options.recipient}
              </li>
            )}
            {options.quic && <li>{say('option.quic')}</li>}
            {options.dependencies && <li>{say('option.dependencies')}</li>}
            {options.ui !== 'allow-listed' && (
              <li>
                {say('option.ui')} {say(`option.ui.${options.ui}`)}
              </li>
            )}
            {options.letIn !== '' && (
              <li>
                {say('option.letIn')}: {options.letIn}
              </li>
            )}
          </ul>
        </li>
      )}
      {rows
        .filter(({ uri }) => uri !== '')
        .map(({ key, uri, meaning, was }) => (
          <li key={key}>
            <b>{uri}</b> {say(`register.meaning.${meaning}`)}
            {typeof was === 'object' && was.assertions !== undefined && <Expected of={was.assertions} />}
          </li>
        ))}
      {of.assertions !== undefined && (
        <li>
          {say('register.expected')}:
          <Expected of={of.assertions} />
        </li>
      )}
    </ul>
  );
}

function Expected({ of }: { readonly of: NonNullable<WrittenTarget['assertions']> }) {
  const { say } = useSpeech();
  const fields = expectationFieldsOf(of);
  return (
    <ul>
      {EXPECTATION_NAMES.flatMap((name) => {
        const text = fields[name];
        return text === undefined
          ? []
          : [
              <li key={name}>
                {say(`expect.${name}`)}
                {text !== 'yes' && `: ${text}`}
              </li>,
            ];
      })}
    </ul>
  );
}
