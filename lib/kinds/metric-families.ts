/** The gauges of all kinds with their help texts; all are gauges. A kind with its own gauges adds a line. */
import { tlsFamilies } from './connection/tls-metrics.ts';
import { httpFamilies } from './http/measurements.ts';
import { ntpFamilies } from './ntp/measurements.ts';
import { smtpFamilies } from './smtp/measurements.ts';

export const kindFamilies = { ...httpFamilies, ...tlsFamilies, ...smtpFamilies, ...ntpFamilies } as const;
