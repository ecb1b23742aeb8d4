import { Profile } from '../../model/profile.ts';
import { cicadaIr } from './cicada-ir.ts';
import { lucySaas } from './lucy-saas.ts';
import { mail } from './mail.ts';
import { web } from './web.ts';

export { expandProfile } from './expand.ts';

/** The profiles that come with the project; a user's own has the same schema. */
export const profiles: readonly Profile[] = [lucySaas, cicadaIr, web, mail].map((written) =>
  Profile.parse(written),
);

export function findProfile(id: string): Profile | undefined {
  return profiles.find((profile) => profile.id === id);
}
