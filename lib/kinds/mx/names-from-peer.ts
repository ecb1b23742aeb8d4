import type { EvidenceOf } from '../contract/evidence.ts';
import type { NamedPort } from '../contract/named-port.ts';
import { MX_PORT } from '../smtp/mx-port.ts';
import type { MxObservation } from './observation.ts';

/** The exchanges whose addresses were looked up, and the host of the MTA-STS policy. */
export const mxNames = ({ route }: EvidenceOf<MxObservation>): NamedPort[] => {
  if (route === undefined) return [];
  const exchanges = route.exchanges
    .filter(({ literal }) => literal !== true)
    .map(({ exchange }) => ({ host: exchange, port: MX_PORT }));
  const policy = route.mtaSts?.fetch === undefined ? [] : [{ host: `mta-sts.${route.domain}`, port: 443 }];
  return [...exchanges, ...policy];
};
