import {
  connectDependsOnTime,
  dialledReading,
  endDependsOnTime,
  isBareConnect,
  isDialable,
  tlsAnswered,
  tlsDependsOnTime,
} from '../connection/dialled.ts';
import type { ObservationReading } from '../contract/reading.ts';
import { greetsAsMailServer, SLOW_BANNER_MS } from './greeting.ts';
import type { SmtpObservation, SmtpResult } from './observation.ts';

/** RFC 5321 §3.8: 421 is what a server sends when a client was silent for too long, before it closes the connection. */
const gaveUpWaiting = ({
  banner,
  ehlo,
  helo,
  starttls,
  ehloAfterTls,
  mail,
  recipient,
  relay,
}: SmtpResult): boolean =>
  [banner, ehlo, helo, starttls, ehloAfterTls, mail, recipient?.reply, relay?.reply].some(
    (reply) => reply?.code === 421,
  );

const readingOf = (kind: SmtpObservation['kind']): ObservationReading<SmtpObservation> => ({
  ...dialledReading('tcp'),
  peerAnswered({ smtp }) {
    if (smtp === undefined) return false;
    const words = [smtp.banner, smtp.notSmtp, smtp.unfinished, smtp.tooLarge];
    return words.some((word) => word !== undefined) || tlsAnswered(smtp.tls);
  },
  tls: ({ smtp }) => smtp?.tls,
  restsOnConnect: (observation) => isBareConnect(observation, greetsAsMailServer(observation.smtp)),
  restsOnTime: ({ connect, smtp }) =>
    connectDependsOnTime(connect) ||
    (smtp !== undefined &&
      (endDependsOnTime(smtp.end) ||
        tlsDependsOnTime(smtp.tls) ||
        (smtp.bannerMs ?? 0) > SLOW_BANNER_MS ||
        smtp.stutter !== undefined ||
        smtp.slowRepliesMs !== undefined ||
        smtp.mx?.error === 'TIMEOUT' ||
        gaveUpWaiting(smtp))),
  /**
   * A mail server that answered is not asked again immediately: its reply won't have changed, greylisting requires five
   * minutes or more, and servers deny-list clients that come back in seconds.
   */
  mayRepeat: (observation) => observation.smtp?.banner === undefined && isDialable(observation),
  unmeasured: (common, connect) => ({ kind, ...common, connect }),
});

export const smtpReading = readingOf('smtp');
export const smtpsReading = readingOf('smtps');
