import type { CauseCode } from '../../model/vocabulary.ts';
import type { Cause } from './cause.ts';

/** Faults of the web server's answer, or of what answers in its place. */
export const httpCauses: Readonly<Record<Extract<CauseCode, `http.${string}`>, Cause>> = {
  'http.not-http': {
    code: 'http.not-http',
    side: 'service',
    severity: 'fail',
    summary: 'Something answers on this port, but not in HTTP.',
    proof:
      'The first bytes are no HTTP status line; they are in the evidence. `SSH-2.0-…` is an SSH server, `220 …` a mail or ' +
      'FTP server, `\\x15\\x03` a TLS alert: the port speaks TLS and was asked in plain HTTP. A status line followed by a ' +
      'malformed header counts too: browsers and proxies refuse it.',
    next:
      'See which process listens on the port and where the NAT rule leads. For a TLS alert, give the endpoint as https://, ' +
      'or move the TLS listener to 443 and let port 80 speak plain HTTP.',
    references: ['RFC 9112 §4 (status line)', 'RFC 8446 §6 (TLS alerts)'],
  },
  'http.no-response': {
    code: 'http.no-response',
    side: 'service',
    severity: 'fail',
    summary: 'The connection stands and the request was sent, but no complete HTTP answer came back.',
    proof:
      'The request is in the evidence, and then the timeout, a FIN or a RST. With no byte at all a middlebox may be ' +
      'completing connections for a dead server. A status line followed by silence is a server or proxy that hangs. ' +
      'Headers that arrive and a body that stalls point to packets of full size being lost (path MTU).',
    next:
      'Ask the server from inside, past the firewall. No answer there: restart it and read its log at the UTC time shown. An ' +
      'answer there: look at the device in between (proxy or inspection policy, wrong target). If only large answers stall, ' +
      'let ICMP "fragmentation needed" / "packet too big" through, or clamp the MSS.',
    references: ['RFC 9112 §9.5 (failures and timeouts)', 'RFC 4821 §1 (path MTU black holes)'],
  },
  'http.status-unexpected': {
    code: 'http.status-unexpected',
    side: 'service',
    severity: 'fail',
    summary: 'The server answers with a status that is not among the accepted ones.',
    proof:
      'The last status line is in the evidence. Accepted are 200 to 399 and 401 unless the endpoint names others. 502, 503 ' +
      'and 504 come from a proxy or load balancer that is up while the server behind it is not: for a LUCY proxy, the master ' +
      'is down or unreachable from it. A redirect without a target that can be followed is reported here as well.',
    next:
      '5xx: read the log of the web server and of what is behind it; for 502 to 504 check the way from the proxy to the ' +
      'backend. 4xx: check host name, path and access rules. If the status is meant so, name it in the assertion "status".',
    references: ['RFC 9110 §15', 'https://wiki.lucysecurity.com/ (master/slave)'],
  },
  'http.redirect-loop': {
    code: 'http.redirect-loop',
    side: 'service',
    severity: 'fail',
    summary: 'The redirects lead back to where they came from, or never end.',
    proof:
      'A URL of the chain came up a second time, or the tenth redirect led to another one. Cookies are not kept, as ' +
      'health checks and ACME do not keep them either. The usual reason is TLS that ends at a proxy: the server behind sees ' +
      'plain HTTP and sends everybody to https for ever.',
    next:
      'Follow the chain in the evidence. Behind a TLS-terminating proxy pass X-Forwarded-Proto and make the application ' +
      'trust it; with two rules that contradict each other (www and bare name, http and https) remove one.',
    references: ['RFC 9110 §15.4'],
  },
  'http.redirect-to-private-address': {
    code: 'http.redirect-to-private-address',
    side: 'service',
    severity: 'fail',
    summary: 'The server redirects to an address that does not exist on the internet.',
    proof:
      'The Location header and the range of the address are in the evidence; the redirect was not followed and no packet ' +
      'was sent there. From inside it works, which is why it goes unnoticed.',
    next:
      "Set the public name in the application's base URL or in the proxy's rewriting of Location (ProxyPassReverse, " +
      'proxy_redirect), and make sure that the name does not resolve to an internal address outside.',
    references: ['RFC 9110 §10.2.2 (Location)', 'RFC 6890 (special-purpose addresses)'],
  },
  'http.no-https-redirect': {
    code: 'http.no-https-redirect',
    side: 'service',
    severity: 'fail',
    summary: 'Plain HTTP is served instead of a redirect to https on the same host.',
    proof:
      'The first answer on the http port is no redirect, or one to a URL that is not https. A redirect to https on another ' +
      'host, or by way of another http URL, counts as a warning: the first visit stays unprotected for one more step.',
    next:
      'Answer every request on port 80 with 301 to https on the same host and path (the ACME path may be excepted), then ' +
      'send Strict-Transport-Security over https.',
    references: ['RFC 6797 §7.2', 'https://hstspreload.org/ (the redirect stays on the same host first)'],
  },
  'http.content-missing': {
    code: 'http.content-missing',
    side: 'service',
    severity: 'fail',
    summary: 'The page does not contain the text that it must contain.',
    proof:
      'Title or body of the last answer lacks the asserted text; the title and the first part of the body are in the ' +
      'evidence. Another site on the same address (a wrong virtual host), an error page with status 200 and an outdated ' +
      'page look like this.',
    next:
      'Compare the title and body in the evidence with the page that you expect. If it is another site, check the virtual ' +
      'host for this name and the address that the name resolves to.',
    references: ['RFC 9110 §7.2 (Host)'],
  },
  'http.default-page': {
    code: 'http.default-page',
    side: 'service',
    severity: 'warn',
    summary: 'The web server shows the page that it was installed with.',
    proof:
      'Title or text is that of a known default page; the product is named. The network path and the server work, but no ' +
      'site is configured for this name, or this is not the server that was meant.',
    next:
      'Check that the name resolves to the right server and that a virtual host for it exists and is enabled. If nothing is ' +
      'meant to be served here, the page can be replaced by an empty one.',
    references: [
      'https://nginx.org/en/docs/http/request_processing.html',
      'https://httpd.apache.org/docs/2.4/vhosts/',
    ],
  },
  'http.blocked-by-waf': {
    code: 'http.blocked-by-waf',
    side: 'network',
    severity: 'fail',
    summary: 'A web application firewall or filter answered in place of the site.',
    proof:
      'Status, headers and text match the block page of a known product, which is named. The site itself may be well: the ' +
      'filter turned away this source address, country or client, and may do so for other visitors too.',
    next:
      "Look in the filter's log for the source address, the UTC time and the reference number in the evidence. Allow the " +
      "source if it is meant to get in, or take the site out of bot protection. LUCY's own filter settings can block " +
      'addresses and user agents too.',
    references: ['RFC 9110 §15.5.4 (403)', 'https://wiki.lucysecurity.com/ (filter settings)'],
  },
  'http.too-large': {
    code: 'http.too-large',
    side: 'service',
    severity: 'fail',
    summary:
      'The answer has no sane end: headers without end, or a body that unpacks to many times its size.',
    proof:
      'The header block passed the limit that the evidence names before it ended, or the compressed body grew beyond the ' +
      'limit when unpacked. Reading was stopped there. A long page is no fault: it is read in part.',
    next:
      'Headers: look for cookies or debug headers that pile up, and for a proxy that adds its header again at each turn of ' +
      'a loop. Body: no honest page unpacks so far; see what the server really sends.',
    references: ['RFC 9110 §5.4 (field limits)', 'RFC 9110 §8.4 (content codings)'],
  },
  'http.acme-path-blocked': {
    code: 'http.acme-path-blocked',
    side: 'service',
    severity: 'fail',
    summary:
      'A certificate authority cannot fetch an HTTP-01 challenge here, so certificates will not be issued or renewed.',
    proof:
      'A random path under /.well-known/acme-challenge/ was fetched as a certificate authority does it (port 80, at most ten ' +
      'redirects, ports 80 and 443 only, certificates not verified) and met a refusal, a block page, an error of the proxy, ' +
      'or a redirect to a dead end. A 404 from the server passes: the path gets through, though only a planted token would ' +
      'prove that it is the right server and that issuance works.',
    next:
      'Let /.well-known/acme-challenge/ on port 80 through to the server that runs the ACME client: except it from logins, ' +
      'filters and country blocks (authorities check from several countries), and from redirects other than to the same ' +
      'path over https. A redirect target such as example.com.well-known lacks a "/" at the end of the redirect rule.',
    references: [
      'RFC 8555 §8.3 (HTTP-01)',
      'https://letsencrypt.org/docs/challenge-types/',
      'boulder va/http.go',
    ],
  },
};
