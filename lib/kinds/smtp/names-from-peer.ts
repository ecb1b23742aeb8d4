import type { EvidenceOf } from '../contract/evidence.ts';
import type { NamedPort } from '../contract/named-port.ts';
import { MX_PORT } from './mx-port.ts';
import type { SmtpObservation } from './observation.ts';

/**
 * The exchanges of the asserted mail domain, which is its own exchange where it has no MX record (RFC 5321 §5.1), as far as
 * they were looked up: for port 25, so that a pin of another port has no part in it.
 */
export const smtpNames = ({ smtp }: EvidenceOf<SmtpObservation>): NamedPort[] => {
  const { mx } = smtp ?? {};
  if (mx === undefined) return [];
  const names = mx.records.filter(({ addresses, literal }) => addresses !== undefined && literal !== true);
  const itself = mx.implicit === true && mx.addresses.length > 0 ? [{ host: mx.domain, port: MX_PORT }] : [];
  return [...names.map(({ exchange }) => ({ host: exchange, port: MX_PORT })), ...itself];
};
