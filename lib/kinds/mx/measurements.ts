import type { EvidenceOf } from '../contract/evidence.ts';
import { type Measurements, plainMeasurements } from '../contract/measurements.ts';
import type { MxObservation } from './observation.ts';

export const mxMeasurements: Measurements<EvidenceOf<MxObservation>, never> = {
  ...plainMeasurements,
  sessions: ({ route }) => [
    ...(route?.exchanges ?? []).flatMap(({ exchange, visits }) =>
      visits.flatMap(({ address, smtp }) =>
        smtp?.tls === undefined
          ? []
          : [{ where: `SMTP over TLS with ${exchange} (${address})`, tls: smtp.tls }],
      ),
    ),
    ...(route?.mtaSts?.fetch?.tls === undefined
      ? []
      : [{ where: route.mtaSts.fetch.url, tls: route.mtaSts.fetch.tls }]),
  ],
  likeness: ({ route }) => [
    route?.error,
    route?.nullMx,
    route?.mtaSts?.id,
    route?.mtaSts?.fetch?.fault,
    route?.mtaSts?.fetch?.policy,
    route?.exchanges.map(({ preference, exchange, addresses, tlsa, visits }) => [
      preference,
      exchange,
      addresses,
      tlsa?.status,
      visits.map(({ connect, smtp, fitsTlsa }) => [
        connect.status,
        smtp?.lastPhase,
        smtp?.starttlsOffered,
        fitsTlsa,
      ]),
    ]),
  ],
};
