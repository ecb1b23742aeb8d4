import { listOf, type TextSettings } from './text-settings.ts';

/** File of the access log of the location. */
const LOG = '/var/log/nginx/inbound-check.log';

/** For a web server that is there already: nothing is started. nginx writes control characters into its log as \xNN. */
export const nginxText = ({ ports, healthPath }: TextSettings): string =>
  `# Into each server { } that listens on one of these ports: ${listOf(ports)}.
# A "return" or "rewrite" of the server itself comes before every location: put it into a
# location / { } for the time of the test.
location ^~ /icl1- {
  access_log ${LOG};
  default_type text/plain;
  return 200 "inbound-check: the words are in the access log\\n";
}
${healthPath === undefined ? '' : `location = ${healthPath} { return 200 "ok\\n"; }\n`}# Then: nginx -t && nginx -s reload
# Read two words and a number aloud from each line, as icl1-.../TANGO-LIMA-47:
#   tail -f ${LOG}
# Afterwards: remove the location, nginx -s reload, rm ${LOG}
`;
