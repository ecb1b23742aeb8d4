import { useSpeech } from '../words/words.ts';
import { type ProfileCard, profileCards, rowWords } from './profile-cards.ts';

/** What a host is: a card for each profile with what it checks, and before them one for none of these. */
export function ProfileChoice(props: {
  readonly legend: string;
  /** Empty: none of the profiles. */
  readonly chosen: string;
  readonly none: { readonly title: string; readonly text: string };
  readonly choose: (id: string) => void;
}) {
  const { legend, chosen, none, choose } = props;
  return (
    <fieldset class="cards">
      <legend>{legend}</legend>
      <Card chosen={chosen} id="" title={none.title} text={none.text} choose={choose} />
      {profileCards.map((card) => (
        <Card
          key={card.id}
          chosen={chosen}
          id={card.id}
          title={card.title}
          text={card.description}
          rows={card}
          choose={choose}
        />
      ))}
    </fieldset>
  );
}

function Card(props: {
  readonly chosen: string;
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly rows?: ProfileCard;
  readonly choose: (id: string) => void;
}) {
  const { say } = useSpeech();
  const { chosen, id, title, text, rows, choose } = props;
  const shown = rows?.rows.filter(({ group }) => group === undefined || group === 'always') ?? [];
  const open = shown.filter(({ expect }) => expect === 'open').map(rowWords);
  const closed = shown.filter(({ expect }) => expect === 'closed').map(({ port }) => `${port ?? ''}`);
  return (
    <label class="choice">
      <input type="radio" name="profile" value={id} checked={chosen === id} onChange={() => choose(id)} />
      <span>
        <b>{title}</b>
        <span class="hint">{text}</span>
        {open.length > 0 && (
          <span class="ports">
            {say('profiles.open')}: {[...new Set(open)].join(' · ')}
          </span>
        )}
        {closed.length > 0 && (
          <span class="ports">
            {say('profiles.closed')}: {[...new Set(closed)].join(' · ')}
          </span>
        )}
      </span>
    </label>
  );
}
