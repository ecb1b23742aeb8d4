/** What a profile lets its user choose, as fields of a form and as the API has it. Pure. */
import { descriptorOf } from '../../kinds/descriptors.ts';
import type { AskedOf } from '../api/operations.ts';
import type { ProfileCard } from './profile-cards.ts';

/** A target in the words of a targets file. */
export type WrittenTarget = AskedOf<'putTarget'>['body']['definition'];
type WrittenOptions = NonNullable<WrittenTarget['options']>;

export const UI_CHOICES = ['allow-listed', 'public', 'private'] as const satisfies readonly NonNullable<
  WrittenOptions['ui']
>[];

export interface OptionFields {
  readonly replies: boolean;
  readonly domain: string;
  readonly recipient: string;
  readonly quic: boolean;
  readonly dependencies: boolean;
  readonly ui: (typeof UI_CHOICES)[number];
  /** Ids of vantages, with commas or spaces between. */
  readonly letIn: string;
}

export const NO_OPTIONS: OptionFields = {
  replies: false,
  domain: '',
  recipient: '',
  quic: false,
  dependencies: false,
  ui: 'allow-listed',
  letIn: '',
};

/** Which of the fields a profile has. `replies`: port 25 is optional in it; `mail`: a domain and a recipient can be given. */
export type OfferedOptions = Readonly<
  Record<'replies' | 'mail' | 'quic' | 'dependencies' | 'restricted', boolean>
>;

export function offeredBy(card: ProfileCard | undefined): OfferedOptions {
  const rows = card?.rows ?? [];
  const ofGroup = (group: string) => rows.filter((row) => row.group === group);
  return {
    // A row that dials the host is a port to open; one that does not asks about the domain alone.
    replies: ofGroup('replies').some(({ kind }) => descriptorOf(kind).dialsHost),
    mail: ofGroup('replies').length > 0,
    quic: ofGroup('quic').length > 0,
    dependencies: ofGroup('dependency').length > 0,
    restricted: rows.some(({ restricted }) => restricted === true),
  };
}

/** What was chosen and the profile has; undefined: nothing, so that what is registered stays as short as a person writes it. */
export function optionsOf(card: ProfileCard | undefined, fields: OptionFields): WrittenOptions | undefined {
  const offered = offeredBy(card);
  const [domain, recipient] = [fields.domain.trim(), fields.recipient.trim()];
  const letIn = fields.letIn.split(/[\s,]+/).filter(Boolean);
  const more = { ...(domain !== '' && { domain }), ...(recipient !== '' && { recipient }) };
  const isAsked = offered.mail && ((offered.replies && fields.replies) || Object.keys(more).length > 0);
  const options: WrittenOptions = {
    ...(isAsked && { replies: Object.keys(more).length === 0 ? true : more }),
    ...(offered.quic && fields.quic && { quic: true }),
    ...(offered.dependencies && fields.dependencies && { dependencies: true }),
    ...(offered.restricted && fields.ui !== 'allow-listed' && { ui: fields.ui }),
    ...(offered.restricted && letIn.length > 0 && { allowListedVantages: letIn }),
  };
  return Object.keys(options).length === 0 ? undefined : options;
}

export function optionFieldsOf(options: WrittenOptions | undefined): OptionFields {
  const { replies, quic, dependencies, ui, allowListedVantages } = options ?? {};
  const more = typeof replies === 'object' ? replies : {};
  return {
    replies: replies !== undefined && replies !== false,
    domain: more.domain ?? '',
    recipient: more.recipient ?? '',
    quic: quic ?? false,
    dependencies: dependencies ?? false,
    ui: ui ?? 'allow-listed',
    letIn: allowListedVantages?.join(', ') ?? '',
  };
}
