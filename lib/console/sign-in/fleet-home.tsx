/** The console of a fleet for people without AWS credentials: the sign-in, and then the same console as everywhere. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { createApi } from '../api/api.ts';
import { ApiContext } from '../api/api-context.ts';
import { Frame } from '../frame/frame.tsx';
import { type Home, HomeContext } from '../home/home-context.ts';
import type { Speech } from '../words/words.ts';
import { beginSignIn, signOutUrl } from './authorization.ts';
import type { FleetSettings } from './fleet-settings.ts';
import { type ConsoleSession, createSession, type Entered } from './session.ts';
import { signedTransport } from './signed-transport.ts';
import type { SignedInPerson } from './tokens.ts';
import { awaitCode, keepForReturn, wayBack } from './way-back.ts';

type Doorstep =
  | { readonly status: 'entering' }
  | { readonly status: 'handed-over' }
  | { readonly status: 'refused'; readonly error: string }
  | Exclude<Entered, { status: 'refused' }>;

export function FleetHome({
  settings,
  speech,
}: {
  readonly settings: FleetSettings;
  readonly speech: Speech;
}) {
  const session = useMemo(() => createSession(settings, location.origin), [settings]);
  const [at, setAt] = useState<Doorstep>({ status: 'entering' });
  useEffect(() => {
    void arrive(settings, session).then((there) => there && setAt(there));
  }, [settings, session]);
  if (at.status === 'in')
    return <SignedIn settings={settings} session={session} speech={speech} first={at.person} />;
  // Who is in no group may have to come as somebody else, whom the sign-in page asks for once it has let go of this one.
  const again = (): void =>
    at.status === 'no-group' ? location.assign(signOutUrl(settings, location.origin)) : leave(settings);
  return <DoorstepPage at={at} speech={speech} again={again} />;
}

/** Undefined: the browser is on its way to the sign-in page. */
async function arrive(settings: FleetSettings, session: ConsoleSession): Promise<Doorstep | undefined> {
  const back = await wayBack();
  switch (back.status) {
    case 'not-yet':
      leave(settings);
      return undefined;
    case 'code': {
      const entered = await session.enter(back.code, back.begun);
      return entered.status === 'refused' ? { ...entered, error: 'code' } : entered;
    }
    case 'handed-over':
    case 'refused':
      return back;
    default:
      return back satisfies never;
  }
}

function leave(settings: FleetSettings): void {
  const begun = beginSignIn(settings, location.origin);
  keepForReturn(begun, location.hash);
  location.assign(begun.url);
}

function SignedIn({
  settings,
  session,
  speech,
  first,
}: {
  readonly settings: FleetSettings;
  readonly session: ConsoleSession;
  readonly speech: Speech;
  readonly first: SignedInPerson;
}) {
  const [person, setPerson] = useState(first);
  const endWaiting = useRef<() => void>(undefined);
  const api = useMemo(() => createApi(signedTransport(settings, session)), [settings, session]);
  const home: Home = {
    person,
    signInAgain() {
      endWaiting.current?.();
      const begun = beginSignIn(settings, location.origin);
      endWaiting.current = awaitCode(begun, async (code) => {
        const entered = await session.enter(code, begun);
        if (entered.status === 'in') setPerson(entered.person);
        return entered.status === 'in';
      });
      open(begun.url, '_blank', 'noopener');
    },
    signOut: () => location.assign(signOutUrl(settings, location.origin)),
  };
  return (
    <HomeContext.Provider value={home}>
      <ApiContext.Provider value={api}>
        <Frame first={speech} />
      </ApiContext.Provider>
    </HomeContext.Provider>
  );
}

function DoorstepPage({
  at,
  speech: { say, language },
  again,
}: {
  readonly at: Exclude<Doorstep, { status: 'in' }>;
  readonly speech: Speech;
  readonly again: () => void;
}) {
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  return (
    <main id="content" class="doorstep">
      <h1>{say('product')}</h1>
      <p role={at.status === 'entering' || at.status === 'handed-over' ? 'status' : 'alert'}>{words()}</p>
      {at.status !== 'entering' && at.status !== 'handed-over' && (
        <button type="button" onClick={again}>
          {say('trouble.sign-in')}
        </button>
      )}
    </main>
  );

  function words(): string {
    switch (at.status) {
      case 'entering':
        return say('sign-in.entering');
      case 'handed-over':
        return say('sign-in.done');
      case 'no-group':
        return say('sign-in.no-group', { name: at.person.name });
      case 'unreachable':
        return say('sign-in.unreachable');
      case 'refused':
        return say('sign-in.refused', { error: at.error });
      default:
        return at satisfies never;
    }
  }
}
