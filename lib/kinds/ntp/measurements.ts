import { seconds } from '../../model/units.ts';
import type { EvidenceOf } from '../contract/evidence.ts';
import { type Measurements, plainMeasurements } from '../contract/measurements.ts';
import type { NtpObservation } from './observation.ts';

export const ntpFamilies = {
  inbound_check_ntp_offset_seconds: "The NTP server's clock minus the prober's, in seconds.",
  inbound_check_ntp_stratum: 'Stratum that the NTP server claims.',
} as const;

export const ntpMeasurements: Measurements<EvidenceOf<NtpObservation>, keyof typeof ntpFamilies> = {
  ...plainMeasurements,
  metrics({ ntp }) {
    if (ntp?.status !== 'answered') return [];
    return [
      { name: 'inbound_check_ntp_offset_seconds', value: seconds(ntp.offsetMs) },
      { name: 'inbound_check_ntp_stratum', value: ntp.stratum },
    ];
  },
};
