/** What is round every view: navigation, language, and the place for the view itself. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { ApiContext, useApi } from '../api/api-context.ts';
import { places } from '../api/operations.ts';
import { CheckView } from '../check/check-view.tsx';
import { RunView } from '../check/run-view.tsx';
import { GateView } from '../gate/gate-view.tsx';
import { GatesView } from '../gate/gates-view.tsx';
import { RightsContext, useOwnRights } from '../home/rights.ts';
import { type ApiStanding, TurnContext, watched } from '../live/standing.ts';
import { addressOf, type ConsolePlace, placeOf } from '../places/place.ts';
import { CausesView } from '../reference/causes-view.tsx';
import { ProfilesView } from '../reference/profiles-view.tsx';
import { ChangeView } from '../registration/change-view.tsx';
import { RegisterView } from '../registration/register-view.tsx';
import { SettingsView } from '../settings/settings-view.tsx';
import { TargetView } from '../targets/target-view.tsx';
import { TargetsView } from '../targets/targets-view.tsx';
import { keepLanguage, speechIn } from '../words/chosen-language.ts';
import { LANGUAGES, type Language, type Speech, SpeechContext } from '../words/words.ts';
import { HowOneStands } from './how-one-stands.tsx';
import { keepFocus } from './keep-focus.ts';
import { Who } from './who.tsx';

export function Frame({ first }: { readonly first: Speech }) {
  const given = useApi();
  const [standing, setStanding] = useState<ApiStanding>('answers');
  const [turn, setTurn] = useState(0);
  const was = useRef(standing);
  const api = useMemo(
    () =>
      watched(
        given,
        (id) => places[id][0] === 'GET',
        (now) => {
          if (was.current === 'signed-out' && now === 'answers') setTurn((before) => before + 1);
          was.current = now;
          setStanding(now);
        },
      ),
    [given],
  );
  return (
    <ApiContext.Provider value={api}>
      <TurnContext.Provider value={turn}>
        <Inside first={first} standing={standing} again={() => setTurn((before) => before + 1)} />
      </TurnContext.Provider>
    </ApiContext.Provider>
  );
}

function Inside(props: {
  readonly first: Speech;
  readonly standing: ApiStanding;
  readonly again: () => void;
}) {
  const { first, standing, again } = props;
  const [speech, setSpeech] = useState(first);
  const [route, setRoute] = useState(() => placeOf(location.hash));
  const rights = useOwnRights();
  useEffect(() => {
    const follow = (): void => setRoute(placeOf(location.hash));
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  useEffect(() => {
    document.documentElement.lang = speech.language;
  }, [speech]);
  useEffect(() => keepFocus(document), []);
  const choose = async (language: Language): Promise<void> => {
    keepLanguage(language);
    setSpeech(await speechIn(language));
  };
  return (
    <SpeechContext.Provider value={speech}>
      <button type="button" class="skip" onClick={skip}>
        {speech.say('skip')}
      </button>
      <header>
        <span class="brand">{speech.say('product')}</span>
        <nav aria-label={speech.say('nav.label')}>
          <NavLink to={{ view: 'check' }} at={['check', 'run']} now={route} text={speech.say('nav.check')} />
          <NavLink
            to={{ view: 'targets' }}
            at={['targets', 'target', 'register', 'change']}
            now={route}
            text={speech.say('nav.targets')}
          />
          <NavLink to={{ view: 'gates' }} at={['gates', 'gate']} now={route} text={speech.say('nav.gates')} />
          <NavLink
            to={{ view: 'settings', part: 'vantages' }}
            at={['settings']}
            now={route}
            text={speech.say('nav.settings')}
          />
          <NavLink to={{ view: 'causes' }} at={['causes']} now={route} text={speech.say('nav.causes')} />
          <NavLink
            to={{ view: 'profiles' }}
            at={['profiles']}
            now={route}
            text={speech.say('nav.profiles')}
          />
        </nav>
        <Who rights={rights} />
        <select
          aria-label={speech.say('language.label')}
          value={speech.language}
          onChange={({ currentTarget }) => void choose(currentTarget.value as Language)}
        >
          {Object.entries(LANGUAGES).map(([id, name]) => (
            <option key={id} value={id} lang={id}>
              {name}
            </option>
          ))}
        </select>
      </header>
      {/* Each view has a width of its own: until it is there, nothing has a place that it would lose. */}
      {rights === undefined ? (
        <p class="dim entering">{speech.say('loading')}</p>
      ) : (
        <RightsContext.Provider value={rights}>
          <main id="content" tabIndex={-1}>
            <View route={route} />
          </main>
        </RightsContext.Provider>
      )}
      <HowOneStands standing={standing} again={again} />
    </SpeechContext.Provider>
  );
}

/** No link to an anchor: the fragment of the address is the place in the console. */
const skip = (): void => document.getElementById('content')?.focus();

function NavLink(props: {
  readonly to: ConsolePlace;
  readonly at: readonly ConsolePlace['view'][];
  readonly now: ConsolePlace;
  readonly text: string;
}) {
  const { to, at, now, text } = props;
  return (
    <a href={addressOf(to)} {...(at.includes(now.view) && { 'aria-current': 'page' as const })}>
      {text}
    </a>
  );
}

/** A key for each place, so that nothing of one is left in the next. */
function View({ route }: { readonly route: ConsolePlace }) {
  switch (route.view) {
    case 'check':
      return <CheckView key={addressOf(route)} given={route} />;
    case 'run':
      return <RunView key={route.runId} runId={route.runId} />;
    case 'targets':
      return <TargetsView />;
    case 'target':
      return <TargetView key={route.name} name={route.name} />;
    case 'register':
      return <RegisterView key={addressOf(route)} given={route} />;
    case 'change':
      return <ChangeView key={route.name} name={route.name} />;
    case 'gates':
      return <GatesView />;
    case 'gate':
      return <GateView key={route.name} name={route.name} />;
    case 'settings':
      return <SettingsView key={route.part} part={route.part} />;
    case 'causes':
      return <CausesView key={route.code ?? ''} code={route.code} />;
    case 'profiles':
      return <ProfilesView key={route.id ?? ''} id={route.id} />;
    default:
      return route satisfies never;
  }
}
