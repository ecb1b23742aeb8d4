import { useEffect, useRef } from 'preact/hooks';
import { useRights } from '../home/rights.ts';
import { addressOf, SETTINGS_PARTS, type SettingsPart } from '../places/place.ts';
import { useSpeech } from '../words/words.ts';
import { LinksPart } from './links-part.tsx';
import { PeoplePart } from './people-part.tsx';
import { VantagesPart } from './vantages-part.tsx';
import { WebhooksPart } from './webhooks-part.tsx';

export function SettingsView({ part }: { readonly part: SettingsPart }) {
  const { say } = useSpeech();
  const title = useRef<HTMLHeadingElement>(null);
  // On a fleet IAM has people and tokens.
  const hasPeople = useRights().me !== undefined;
  useEffect(() => title.current?.focus(), []);
  return (
    <>
      <h1 ref={title} tabIndex={-1}>
        {say(`settings.${part}`)}
      </h1>
      <nav class="tools" aria-label={say('nav.settings')}>
        {SETTINGS_PARTS.filter((each) => each !== 'people' || each === part || hasPeople).map((each) => (
          <a
            key={each}
            href={addressOf({ view: 'settings', part: each })}
            {...(each === part && { 'aria-current': 'page' as const })}
          >
            {say(`settings.${each}`)}
          </a>
        ))}
      </nav>
      <Part part={part} />
    </>
  );
}

function Part({ part }: { readonly part: SettingsPart }) {
  switch (part) {
    case 'vantages':
      return <VantagesPart />;
    case 'links':
      return <LinksPart />;
    case 'webhooks':
      return <WebhooksPart />;
    case 'people':
      return <PeoplePart />;
    default:
      return part satisfies never;
  }
}
