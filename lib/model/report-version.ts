/** Version of the JSON report. In a file of its own, so that code which only writes reports does not load the schemas that read them. */
export const REPORT_SCHEMA = 'inbound-check/report@1';
