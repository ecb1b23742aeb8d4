/** Version of the JSON report. By itself, so that who only writes reports does not load the schemas that read them. */
export const REPORT_SCHEMA = 'inbound-check/report@1';
