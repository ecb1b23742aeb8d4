/** The built-in profiles as they are written; read by the server, and by people here. */
import { cicadaIr } from '../../input/profiles/cicada-ir.ts';
import { lucySaas } from '../../input/profiles/lucy-saas.ts';
import { mail } from '../../input/profiles/mail.ts';
import { web } from '../../input/profiles/web.ts';

export const profileCards = [web, mail, lucySaas, cicadaIr];
export type ProfileCard = (typeof profileCards)[number];
type Row = ProfileCard['rows'][number];

/** `443 https`, or `22 closed` for what must not be reachable. */
export const rowWords = ({ port, kind, expect }: Row): string =>
  expect === 'closed' ? `${port ?? ''} ✗` : `${port ?? ''} ${kind}`.trim();
