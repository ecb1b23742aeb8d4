import {
  connectDependsOnTime,
  endDependsOnTime,
  silenceOf,
  tlsDependsOnTime,
} from '../connection/dialled.ts';
import type { ObservationReading } from '../contract/reading.ts';
import type { MailRoute, MxObservation, MxVisit } from './observation.ts';

const visitsOf = ({ route }: { readonly route: MailRoute }): MxVisit[] =>
  route.exchanges.flatMap(({ visits }) => visits);

const spoke = ({ smtp }: MxVisit): boolean =>
  smtp !== undefined && [smtp.banner, smtp.notSmtp, smtp.unfinished].some((word) => word !== undefined);

export const mxReading: ObservationReading<MxObservation> = {
  peerAnswered: (observation) => visitsOf(observation).some(spoke),
  tls: () => undefined,
  dialled: (observation) => visitsOf(observation).map(({ address }) => address),
  silences: (observation) =>
    visitsOf(observation).flatMap(({ connect, address }) =>
      silenceOf(connect, address, observation.port, 'tcp'),
    ),
  wasSilent: (observation) => {
    const visits = visitsOf(observation);
    return (
      observation.route.error === 'TIMEOUT' ||
      (visits.length > 0 && visits.every(({ connect }) => connect.status === 'timeout'))
    );
  },
  restsOnConnect: () => false,
  /** As for a single mail server: one that has answered is not asked again at once. */
  mayRepeat: (observation) => !visitsOf(observation).some(({ smtp }) => smtp?.banner !== undefined),
  restsOnTime: (observation) => {
    const { error, mtaSts } = observation.route;
    return (
      error === 'TIMEOUT' ||
      mtaSts?.error === 'TIMEOUT' ||
      (mtaSts?.fetch?.connect !== undefined && connectDependsOnTime(mtaSts.fetch.connect)) ||
      tlsDependsOnTime(mtaSts?.fetch?.tls) ||
      visitsOf(observation).some(
        ({ connect, smtp }) =>
          connectDependsOnTime(connect) ||
          (smtp !== undefined && (endDependsOnTime(smtp.end) || tlsDependsOnTime(smtp.tls))),
      )
    );
  },
  marks: () => [],
  unmeasured: (common) => ({
    kind: 'mx',
    ...common,
    route: { domain: common.host, exchanges: [], nullMx: false, error: 'DEADLINE' },
  }),
};
