/** `serve --check-config`: what a station would be started with. */
import { DEFAULT_LISTEN, type GivenSettings } from '../../local/station/settings/station-settings.ts';
import { missingLibrary } from '../../local/station/store/database.ts';
import { tryFolder } from '../../local/station/store/own-folder.ts';

/** As they were given, whether they are good or not. */
export function configLines(given: GivenSettings, folder: string): string[] {
  const { listen = DEFAULT_LISTEN, tlsCert, tlsKey, baseUrl, trustedProxy = [] } = given;
  return [
    `listen         ${listen}`,
    `data           ${folder}`,
    `TLS            ${tlsCert === undefined && tlsKey === undefined ? 'none' : `${tlsCert ?? 'no certificate'}, ${tlsKey ?? 'no key'}`}`,
    `base URL       ${baseUrl ?? 'none: no links'}`,
    `trusted proxy  ${trustedProxy.length === 0 ? 'none' : trustedProxy.join(', ')}`,
    `mail           ${given.mail ?? 'mail.json of the data folder, if it is there'}`,
    `sign-in        ${given.oidc ?? 'oidc.json of the data folder, if it is there'}`,
    `reminders      every ${given.remindEvery ?? '4h'}`.replace('every off', 'none'),
    `private        ${given.allowPrivate === true ? 'may be probed' : 'are not probed'}`,
  ];
}

/** What would keep it from starting, apart from the settings themselves. */
export async function moreProblems(folder: string): Promise<string[]> {
  const owned = tryFolder(folder);
  const missing = await missingLibrary();
  return [
    ...(owned.ok ? [] : [owned.message]),
    ...(missing === undefined ? [] : [`the station can't start: ${missing}`]),
  ];
}
