import manifest from '../../../../package.json' with { type: 'json' };

/** Says who asks and why, for people who read the server's log. Filters may recognise us. */
export const USER_AGENT = userAgent();

/**
 * The same with `contact`, the https or mailto URL of the people who run the check, as a comment (RFC 9110 §10.1.5): what
 * would end the comment, or the field, is left out.
 */
export function userAgent(contact?: string): string {
  const more = contact === undefined ? '' : `; +${contact.replace(/[^\x21-\x7e]|[()<>\\]/g, '')}`;
  return `inbound-check/${manifest.version} (external reachability check${more})`;
}
