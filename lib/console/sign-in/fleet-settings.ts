/** What the page of a fleet says of itself; lib/stacks/console-page.ts writes it. */
export interface FleetSettings {
  /** Origin of the API. */
  readonly api: string;
  readonly region: string;
  /** Host of the sign-in page. */
  readonly login: string;
  readonly userPool: string;
  readonly client: string;
  readonly identityPool: string;
}

/** Undefined: a page of a station, or of `inbound-check console`, which know the browser by a cookie. */
export function fleetSettings(page: Pick<Document, 'querySelector'>): FleetSettings | undefined {
  const said = (name: string): string =>
    page.querySelector(`meta[name="fleet-${name}"]`)?.getAttribute('content') ?? '';
  const settings = {
    api: said('api'),
    region: said('region'),
    login: said('login'),
    userPool: said('user-pool'),
    client: said('client'),
    identityPool: said('identity-pool'),
  };
  return Object.values(settings).every((value) => value !== '') ? settings : undefined;
}
