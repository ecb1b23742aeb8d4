import { addressScope } from './guard.ts';

/**
 * The address under which the far end's firewall knows a connection, by the socket's own. Absent where the way leads
 * through address translation: a private or link-local address (a Lambda function's is 169.254.0.0/16) never arrives at a
 * public one, and nobody would find it in a log.
 *
 * @param local the socket's own address
 * @param to the address that was connected to
 */
export const sourceBySocket = (local: string | undefined, to: string): string | undefined =>
  local !== undefined && addressScope(to) === 'public' && addressScope(local) !== 'public'
    ? undefined
    : local;
