import { seconds } from '../../model/units.ts';
import type { EvidenceOf } from '../contract/evidence.ts';
import { type Measurements, plainMeasurements } from '../contract/measurements.ts';
import type { SmtpObservation } from './observation.ts';

export const smtpFamilies = {
  inbound_check_smtp_banner_seconds: 'Time from the connect to the final line of the SMTP banner in seconds.',
  inbound_check_smtp_starttls: '1 if STARTTLS is offered, 0 if not.',
} as const;

export const smtpMeasurements: Measurements<EvidenceOf<SmtpObservation>, keyof typeof smtpFamilies> = {
  ...plainMeasurements,
  sessions: ({ smtp }) => (smtp?.tls === undefined ? [] : [{ where: 'SMTP over TLS', tls: smtp.tls }]),
  ownSession: ({ smtp }) => smtp?.tls,
  lastSession: ({ smtp }) => smtp?.tls,
  metrics({ smtp }) {
    return [
      {
        name: 'inbound_check_smtp_banner_seconds',
        value: smtp?.bannerMs === undefined ? undefined : seconds(smtp.bannerMs),
      },
      {
        name: 'inbound_check_smtp_starttls',
        value: smtp?.starttlsOffered === undefined ? undefined : Number(smtp.starttlsOffered),
      },
    ];
  },
};
