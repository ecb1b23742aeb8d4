import type { EndpointReport } from '../../engine/report-schema.ts';

export const germanFix = ({ fix }: Pick<EndpointReport, 'fix'>): string | undefined => fix;
