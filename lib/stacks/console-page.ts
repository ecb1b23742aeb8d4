/** The console's page for a fleet: the same as a station's, with what it has to know of the fleet, and whom alone it may ask. */

/** As lib/console/fleet/fleet-settings.ts reads them. */
export interface FleetPageSettings {
  /** Origin of the API. */
  readonly api: string;
  readonly region: string;
  /** Host of the sign-in page. */
  readonly login: string;
  readonly 'user-pool': string;
  readonly client: string;
  readonly 'identity-pool': string;
}

const FIRST = '<meta charset="utf-8">';

/** @param page index.html as built. @param settings values that CDK or CloudFormation fills in: none has a character of HTML */
export function fleetPage(page: string, settings: FleetPageSettings): string {
  if (!page.includes(FIRST)) throw new Error(`the console's page has no ${FIRST}`);
  const policy = connectPolicy(settings.api, settings.region, settings.login);
  return page.replace(FIRST, () =>
    [
      FIRST,
      `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
      ...Object.entries(settings).map(([name, value]) => `<meta name="fleet-${name}" content="${value}">`),
    ].join('\n'),
  );
}

/** Whom the console's script may ask: the API, Cognito for credentials, and the sign-in page for tokens. */
export const connectPolicy = (apiSource: string, region: string, loginHost: string): string =>
  `connect-src ${[apiSource, `https://cognito-identity.${region}.amazonaws.com`, `https://${loginHost}`].join(' ')}`;
