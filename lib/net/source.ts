import { addressScope } from './guard.ts';
import { isIP } from './ip.ts';

/**
 * The address that the far end's firewall sees for a connection, taken from the socket. Absent where the path goes
 * through address translation: a private or link-local address (a Lambda function's is 169.254.0.0/16) never arrives at a
 * public one, so it would not be found in a log.
 *
 * @param local the socket's own address
 * @param to the address that was connected to
 */
export const sourceBySocket = (local: string | undefined, to: string): string | undefined =>
  local !== undefined && addressScope(to) === 'public' && addressScope(local) !== 'public'
    ? undefined
    : local;

/**
 * A vantage's fixed address, where a connection to `to` can have it: one over the other family comes from elsewhere.
 *
 * @param to empty for a question about a name
 */
export const fixedSource = (fixed: string | undefined, to: string): string | undefined =>
  fixed !== undefined && isIP(fixed) !== 0 && isIP(to) !== 0 && isIP(fixed) !== isIP(to) ? undefined : fixed;
