import type { EvidenceOf } from '../contract/evidence.ts';
import type { NamedPort } from '../contract/named-port.ts';
import { hostOf, portOf } from './measure/redirect.ts';
import type { HttpObservation } from './observation.ts';

/** Every URL of the redirect chain, the endpoint's own first. */
export const httpNames = ({ http }: EvidenceOf<HttpObservation>): NamedPort[] =>
  (http?.hops ?? []).flatMap(({ url: text }) => {
    if (!URL.canParse(text)) return [];
    const url = new URL(text);
    return [{ host: hostOf(url), port: portOf(url) }];
  });
