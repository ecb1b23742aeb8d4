import { useEffect, useRef } from 'preact/hooks';
import { Scroll } from '../parts/scroll.tsx';
import { addressOf } from '../places/place.ts';
import { profileCards } from '../profile/profile-cards.ts';
import { useSpeech } from '../words/words.ts';

export function ProfilesView({ id }: { readonly id?: string | undefined }) {
  const { say } = useSpeech();
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  const shown = profileCards.filter((card) => id === undefined || card.id === id);
  return (
    <>
      <h1 ref={title} tabIndex={-1}>
        {say('profiles.title')}
      </h1>
      {shown.length === 0 && (
        <p>
          {say('profiles.missing')} <a href={addressOf({ view: 'profiles' })}>{say('profiles.all')}</a>
        </p>
      )}
      {shown.map((card) => (
        <section key={card.id} class="card">
          <h2>
            <a href={addressOf({ view: 'profiles', id: card.id })}>{card.title}</a> <code>{card.id}</code>
          </h2>
          <p>{card.description}</p>
          <p>
            <a href={addressOf({ view: 'check', profile: card.id })}>{say('check.title')}</a>
          </p>
          <Scroll label={card.title}>
            <table>
              <tbody>
                {card.rows.map((row) => (
                  <tr key={`${row.kind} ${row.port} ${row.host ?? ''} ${row.path ?? ''} ${row.expect}`}>
                    <th scope="row">
                      {row.port} {row.kind} {row.host}
                    </th>
                    <td>
                      {say(row.expect === 'closed' ? 'profiles.closed' : 'profiles.open')}
                      {row.level === 'recommended' && `, ${say('profiles.recommended')}`}
                    </td>
                    <td>{row.reason}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        </section>
      ))}
    </>
  );
}
