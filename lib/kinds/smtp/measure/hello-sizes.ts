/** Behind STARTTLS: is it the size of the ClientHello that keeps a server from answering? */
import type { Socket } from 'node:net';
import type { HelloSizes } from '../../../model/hello-sizes.ts';
import { describeDial } from '../../../net/dial.ts';
import { tlsAnswered } from '../../connection/dialled.ts';
import { gotNoAnswer } from '../../connection/hello-sizes.ts';
import { type SessionOutcome, type SessionSetup, smtpSession } from './session.ts';

/** Longest wait for the answer to a hello, ms: generous, since it comes at once or not at all. */
const HELLO_MS = 6_000;
const DIAL_MS = 3_500;

export interface HelloSessions {
  /** The session with the small hello, in place of the one that failed. */
  readonly session: SessionOutcome;
  readonly hello: HelloSizes;
}

/**
 * A session that ended at a large hello without a byte is followed by one with a small hello, which goes on to its end, and one with a large
 * hello again. `undefined`: the failure has another reason, or none is proven. One connection at a time, as mail servers want it.
 */
export async function trySmallHello(
  { smtp: { tls, lastPhase } }: SessionOutcome,
  setup: SessionSetup,
): Promise<HelloSessions | undefined> {
  if (lastPhase !== 'starttls-handshake' || !gotNoAnswer(tls)) return undefined;
  const large = tls?.helloBytes ?? 0;
  const next = async (small: boolean): Promise<SessionOutcome | undefined> => {
    const socket = await dialAgain(setup);
    const timeoutMs = Math.min(setup.cutoff.left(), HELLO_MS);
    return socket && smtpSession(socket, true, { ...setup, hello: { small, timeoutMs, only: !small } });
  };
  setup.exchange.event('once more, with a small ClientHello');
  const session = await next(true);
  if (session === undefined || !tlsAnswered(session.smtp.tls)) return undefined;
  setup.exchange.event('that is answered; once more with the large one');
  const again = await next(false);
  if (again?.smtp.lastPhase !== 'starttls-handshake' || !gotNoAnswer(again.smtp.tls)) return undefined;
  const small = session.helloBytes ?? 0;
  return { session, hello: { small, large, answered: true, largeAnswered: false } };
}

async function dialAgain({ spec, context, cutoff, exchange }: SessionSetup): Promise<Socket | undefined> {
  if (cutoff.reason() !== undefined) return undefined;
  const timeoutMs = Math.min(cutoff.left(), DIAL_MS);
  const dialled = await context.dial(spec.address, spec.port, { timeoutMs, noDelay: false });
  exchange.event(describeDial(spec.address, spec.port, dialled));
  return dialled.ok ? dialled.socket : undefined;
}
