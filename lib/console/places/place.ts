/**
 * The place in the console, in the fragment of its address: a fragment is never sent to a server, not even in a Referer, and any
 * static host serves it.
 */
export const SETTINGS_PARTS = ['vantages', 'links', 'webhooks', 'people'] as const;
export type SettingsPart = (typeof SETTINGS_PARTS)[number];

export type ConsolePlace =
  | { readonly view: 'check'; readonly host?: string; readonly profile?: string; readonly ticket?: string }
  | { readonly view: 'run'; readonly runId: string }
  | { readonly view: 'targets' }
  | { readonly view: 'target'; readonly name: string }
  | {
      readonly view: 'register';
      /** What a finished check has checked is filled in: id of the run, and the report's target. */
      readonly run?: string;
      readonly target?: string;
      readonly host?: string;
      readonly profile?: string;
    }
  | { readonly view: 'change'; readonly name: string }
  | { readonly view: 'gates' }
  | { readonly view: 'gate'; readonly name: string }
  | { readonly view: 'settings'; readonly part: SettingsPart }
  | { readonly view: 'causes'; readonly code?: string }
  | { readonly view: 'profiles'; readonly id?: string };

/** An address that is none of ours leads to the first screen. */
export function placeOf(hash: string): ConsolePlace {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [view, rest] = path.split('/', 2).map(decoded);
  switch (view) {
    case 'runs':
      return rest ? { view: 'run', runId: rest } : { view: 'check' };
    case 'targets':
      return rest ? { view: 'target', name: rest } : { view: 'targets' };
    case 'register':
      return { view: 'register', ...given(query, ['run', 'target', 'host', 'profile']) };
    case 'change':
      return rest ? { view: 'change', name: rest } : { view: 'targets' };
    case 'gate':
      return rest ? { view: 'gate', name: rest } : { view: 'gates' };
    case 'settings':
      return { view: 'settings', part: SETTINGS_PARTS.find((part) => part === rest) ?? 'vantages' };
    case 'causes':
      return { view: 'causes', ...(rest && { code: rest }) };
    case 'profiles':
      return { view: 'profiles', ...(rest && { id: rest }) };
    default:
      return { view: 'check', ...given(query, ['host', 'profile', 'ticket']) };
  }
}

/** The fields of a query that are there and not empty. */
function given(query: string, names: readonly string[]): Readonly<Record<string, string>> {
  const all = new URLSearchParams(query);
  const fields = names.flatMap((name) => {
    const value = all.get(name);
    return value ? [[name, value] as const] : [];
  });
  return Object.fromEntries(fields);
}

export function addressOf(route: ConsolePlace): string {
  switch (route.view) {
    case 'check':
    case 'register': {
      const { view, ...fields } = route;
      const query = new URLSearchParams(Object.entries(fields)).toString();
      const path = view === 'check' ? '#/' : '#/register';
      return query === '' ? path : `${path}?${query}`;
    }
    case 'run':
      return `#/runs/${encodeURIComponent(route.runId)}`;
    case 'targets':
      return '#/targets';
    case 'target':
      return `#/targets/${encodeURIComponent(route.name)}`;
    case 'change':
      return `#/change/${encodeURIComponent(route.name)}`;
    case 'gates':
      return '#/gate';
    case 'gate':
      return `#/gate/${encodeURIComponent(route.name)}`;
    case 'settings':
      return `#/settings/${route.part}`;
    case 'causes':
      return route.code === undefined ? '#/causes' : `#/causes/${encodeURIComponent(route.code)}`;
    case 'profiles':
      return route.id === undefined ? '#/profiles' : `#/profiles/${encodeURIComponent(route.id)}`;
    default:
      return route satisfies never;
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
