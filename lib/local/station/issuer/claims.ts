/** From what an issuer claims of a person to their role here. */
import { printable } from '../../../net/printable.ts';
import { ROLES, type Role } from '../../../service/contracts/role-names.ts';
import type { IssuerSettings } from './settings.ts';

export type Claims = Readonly<Record<string, unknown>>;

const MAX_NAME = 100;
const MAX_SHOWN = 40;
const MAX_TEXT = 200;

/** The highest role that something of what is claimed stands for; undefined: none. */
export function roleOf(claims: Claims, settings: Pick<IssuerSettings, 'claims' | 'roles'>): Role | undefined {
  const claimed = new Set(settings.claims.flatMap((name) => textsOf(claims[name])));
  return ROLES.find((role) => settings.roles[role]?.some((one) => claimed.has(one)));
}

/**
 * Whether Entra left the groups out of the token, as it does above 200 (150 with SAML): it then says where they could
 * be asked for (Microsoft identity platform, "Groups overage claim").
 */
export function lacksGroups(claims: Claims): boolean {
  const names = claims._claim_names;
  return (
    (typeof names === 'object' && names !== null && 'groups' in names) ||
    claims.hasgroups === true ||
    claims.hasgroups === 'true'
  );
}

/** What people call the person. */
export function nameOf(claims: Claims): string {
  const found = [claims.preferred_username, claims.email, claims.name, claims.sub].find(
    (one) => typeof one === 'string' && one !== '',
  );
  return printable(String(found ?? 'somebody'), MAX_NAME);
}

/** What was claimed, for the page that says why it is not enough: who it is for, and what gives roles. */
export function claimedFacts(claims: Claims, settings: IssuerSettings): [string, string][] {
  const shown = [
    'iss',
    'sub',
    'preferred_username',
    'email',
    ...settings.claims,
    'hasgroups',
    '_claim_names',
  ];
  return [...new Set(shown)]
    .filter((name) => name in claims)
    .map((name) => {
      const texts = textsOf(claims[name]);
      const more = texts.length > MAX_SHOWN ? `, and ${texts.length - MAX_SHOWN} more` : '';
      return [
        name,
        texts
          .slice(0, MAX_SHOWN)
          .map((text) => printable(text, MAX_TEXT))
          .join(', ') + more,
      ];
    });
}

function textsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (typeof value === 'string') return [value];
  return value === undefined || value === null ? [] : [JSON.stringify(value)];
}
