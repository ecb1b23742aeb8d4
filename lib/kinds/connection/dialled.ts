/** What is read in the same way for every kind that dials an address. */

import type { ConnectResult, StreamEnd } from '../../model/observed.ts';
import { addressScope } from '../../net/guard.ts';
import { isIP } from '../../net/ip.ts';
import type { ServerMark, Silence } from '../contract/reading.ts';
import type { TlsResult } from '../contract/tls-result.ts';

interface Dialled {
  readonly connect: ConnectResult;
  readonly address: string;
  readonly port: number;
}

/** The silence of one connect; empty when it got any answer, or when the port is not known. */
export function silenceOf(
  connect: ConnectResult,
  address: string,
  port: number | undefined,
  transport: Silence['transport'],
): Silence[] {
  if (connect.status !== 'timeout' || port === undefined) return [];
  return [{ port, family: isIP(address) === 6 ? 6 : 4, transport, scope: addressScope(address) }];
}

export const wasSilent = ({ connect }: Dialled): boolean => connect.status === 'timeout';

/** `spoke`: the peer answered in the kind's protocol, with success or not. */
export const isBareConnect = ({ connect }: Pick<Dialled, 'connect'>, spoke: boolean): boolean =>
  !spoke && (connect.status === 'connected' || connect.status === 'reset');

export const isDialable = ({ connect }: Dialled): boolean =>
  connect.status !== 'refused-by-guard' && connect.status !== 'deadline';

/** A connect without an answer, or one whose peer had closed again before we read. */
export const connectDependsOnTime = ({ status }: ConnectResult): boolean =>
  status === 'timeout' || status === 'reset';

/** A handshake that did not end in its time, or whose peer closed the connection in the middle. */
export const tlsDependsOnTime = (tls: TlsResult | undefined): boolean =>
  tls?.handshake.status === 'timeout' || tls?.handshake.status === 'closed';

/** A datagram that got no answer in its time: one that is not an answer does not end the wait. An ICMP error is an answer. */
export const datagramDependsOnTime = ({ status }: ConnectResult, answered: boolean): boolean =>
  !answered && (status === 'timeout' || status === 'connected');

/** Reading that ended before there was enough. */
export const endDependsOnTime = (end: StreamEnd | undefined): boolean =>
  end === 'timeout' || end === 'fin' || end === 'reset';

/** Did bytes come in a TLS handshake, whatever its result? */
export function tlsAnswered(tls: TlsResult | undefined): boolean {
  switch (tls?.handshake.status) {
    case undefined:
    case 'timeout':
    case 'closed':
    case 'deadline':
      return false;
    case 'complete':
    case 'alert':
    case 'not-tls':
    case 'failed':
      return true;
  }
}

/** The parts of a reading that a kind over `transport` takes as they are. */
export const dialledReading = (transport: Silence['transport']) => ({
  tls: (): TlsResult | undefined => undefined,
  dialled: ({ address }: Dialled): string[] => (address === '' ? [] : [address]),
  silences: ({ connect, address, port }: Dialled): Silence[] => silenceOf(connect, address, port, transport),
  wasSilent,
  mayRepeat: isDialable,
  marks: (): ServerMark[] => [],
});
