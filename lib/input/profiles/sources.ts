/** Pages that the shipped profiles' rows were read from: `source` of a row, and the list in a profile. */
const LUCY_SAAS_PAGE = 'https://wiki.lucysecurity.com/doku.php?id=network_communication_-_lucy-saas';
export const LUCY_INBOUND = `${LUCY_SAAS_PAGE} (inbound communication)`;
export const LUCY_OUTBOUND = `${LUCY_SAAS_PAGE} (outbound communication, sorted by port and IP)`;
export const LUCY_NETWORK = 'https://wiki.lucysecurity.com/guides/installing-lucy/network-communication';
export const LUCY_REPLIES = 'LUCY wiki, response detection';
export const CICADA_REQUIREMENTS = 'https://www.cicada-ir.ai/docs/network-requirements';
export const BOULDER_HTTP01 = 'https://github.com/letsencrypt/boulder/blob/main/va/http.go';
