import type { CauseGroup } from '../contract/cause.ts';

/** Faults of the web server's answer, or of what answers in its place. */
const causes: CauseGroup<'http'>['causes'] = {
  'http.not-http': {
    code: 'http.not-http',
    summary: 'Something answers on this port, but not in HTTP.',
    proof:
      'The first bytes are no HTTP status line; they are in the evidence. `SSH-2.0-…` is an SSH server, `220 …` a mail or ' +
      'FTP server, `\\x15\\x03` a TLS alert: the port speaks TLS and was asked in plain HTTP. A status line followed by a ' +
      'header that browsers refuse (a NUL byte, two different lengths or redirect targets) counts too.',
    next:
      'See which process listens on the port and where the NAT rule leads. For a TLS alert, give the endpoint as https://, ' +
      'or move the TLS listener to another port and let port PORT speak plain HTTP. For a malformed header, correct what writes the quoted line.',
    references: ['RFC 9112 §4 (status line)', 'RFC 8446 §6 (TLS alerts)'],
  },
  'http.no-response': {
    code: 'http.no-response',
    summary: 'The connection was made and the request was sent, but no complete HTTP answer came back.',
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
    summary: 'The redirects lead back to where they came from, or never end.',
    proof:
      'A URL of the chain came up a second time with the same cookies, or the twentieth redirect led to another one (the ' +
      'tenth for HTTP-01). Cookies are kept for the chain, as browsers do, and never for HTTP-01. The usual reason is TLS that ends at a proxy: the server behind sees ' +
      'plain HTTP and sends everybody to https for ever.',
    next:
      'Follow the chain in the evidence. Behind a TLS-terminating proxy pass X-Forwarded-Proto and make the application ' +
      'trust it; with two rules that contradict each other (www and the name without it, http and https) remove one.',
    references: ['RFC 9110 §15.4'],
  },
  'http.redirect-to-private-address': {
    code: 'http.redirect-to-private-address',
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
    summary: 'Plain HTTP is served instead of a redirect to https on the same host.',
    proof:
      'The first answer on the http port is no redirect, or one to a URL that is not https. A redirect to https on another ' +
      'host, or by way of another http URL, counts as a warning: the first visit stays unprotected for one more step.',
    next:
      'Answer every request on port PORT with 301 to https on the same host and path (the ACME path may be excepted), then ' +
      'send Strict-Transport-Security over https.',
    references: ['RFC 6797 §7.2', 'https://hstspreload.org/ (the redirect stays on the same host first)'],
  },
  'http.content-missing': {
    code: 'http.content-missing',
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
    summary: 'A web application firewall or filter answered in place of the site.',
    proof:
      'Status, headers and text match the block page of a known product, which is named. The site itself may be fine: the ' +
      'filter refused this source address, country or client, and may do so for other visitors too.',
    next:
      "Look in the filter's log for the source address, the UTC time and the reference number in the evidence. Allow the " +
      "source if it is meant to get in, or take the site out of bot protection. LUCY's own filter settings can block " +
      'addresses and user agents too.',
    references: ['RFC 9110 §15.5.4 (403)', 'https://wiki.lucysecurity.com/ (filter settings)'],
  },
  'http.too-large': {
    code: 'http.too-large',
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
  'http.http2-broken': {
    code: 'http.http2-broken',
    summary: 'The server chooses HTTP/2 and breaks its rules, or fails in it and answers over HTTP/1.1.',
    proof:
      'The frame and error code by which the server ended HTTP/2 are in the evidence, or what is wrong with the frames that ' +
      'it sent; where no answer came, the same request was answered over HTTP/1.1 on a second connection. Browsers ask again over HTTP/1.1 only ' +
      'where the server says HTTP_1_1_REQUIRED, which is no fault and not reported. Fields such as Upgrade and Connection ' +
      'are forbidden in HTTP/2: some browsers read over them, Safari, curl and others refuse the answer (then a warning); ' +
      'all refuse Transfer-Encoding.',
    next:
      'A forbidden field: remove it where it is added (Apache behind a proxy: "Header unset Upgrade"). Other errors: see the ' +
      "server's or load balancer's log at the UTC time shown; until it is fixed, offer http/1.1 alone in ALPN.",
    references: ['RFC 9113 §7 (error codes)', 'RFC 9113 §8.2.2 (connection-specific fields)'],
  },
  'http.unclaimed-name': {
    code: 'http.unclaimed-name',
    summary: 'The name points at a hosting service where nobody has claimed it.',
    proof:
      'The answer is the one that the named service gives for hosts that it does not know: its code, header or fixed text. ' +
      'The DNS record is still there, the site or bucket behind it was deleted or never made. Whoever creates one with this ' +
      'name at the service gets the visitors, and often a certificate for the name (subdomain takeover).',
    next:
      'Delete the DNS record now, or create the site, app or bucket again under your own account. Then look whether somebody ' +
      'else had claimed the name in the meantime (certificate transparency logs list certificates for it).',
    references: [
      'https://developer.mozilla.org/en-US/docs/Web/Security/Subdomain_takeovers',
      'https://learn.microsoft.com/azure/security/fundamentals/subdomain-takeover',
    ],
  },
  'http.no-route': {
    code: 'http.no-route',
    summary: 'A router or ingress in front answers for itself: it has no site for this name.',
    proof:
      'The answer is the default backend of the named product, or a 404 under the certificate that comes with it (self-signed ' +
      'and for another name). Network and router are up; a rule for this name and path is missing, misspelt, or not loaded.',
    next:
      'Compare the host and path rules of the router (Ingress, IngressRoute, virtual host) with the name; look whether the ' +
      'controller took them over, whether the backend is ready, and whether the secret with the certificate exists.',
    references: [
      'https://kubernetes.io/docs/concepts/services-networking/ingress/#default-backend',
      'https://doc.traefik.io/traefik/https/tls/#default-certificate',
    ],
  },
  'http.cdn-origin-failed': {
    code: 'http.cdn-origin-failed',
    summary: 'The CDN in front is up and cannot get the page from the server behind it.',
    proof:
      "The status or error number is one of the CDN's own, and its documentation says which side it means: 521 the origin " +
      'server refuses, 522 its firewall drops, 523 and 1016 its address or name is wrong, 525 and 526 its TLS, 1033 its tunnel.',
    next:
      'Ask the origin server directly, past the CDN. Where it answers, let the published addresses of the CDN through its ' +
      'firewall and rate limits, and check the address or name that the CDN has for it.',
    references: [
      'https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/',
      'https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-1xxx-errors/',
      'https://www.cloudflare.com/ips/',
    ],
  },
  'http.maintenance': {
    code: 'http.maintenance',
    summary: 'The server says itself that it is closed for a while.',
    proof:
      'Status 503 with Retry-After: a server or proxy that is set to refuse, for maintenance or to limit its load, names ' +
      'when to come back. A proxy with a dead server behind it sends no such header.',
    next:
      'Wait until the time that it names and check again. If no maintenance is planned, look for a maintenance switch that was ' +
      'left on (a file, a plugin), or for a limit of connections.',
    references: ['RFC 9110 §15.6.4 (503)', 'RFC 9110 §10.2.3 (Retry-After)'],
  },
  'http.misdirected': {
    code: 'http.misdirected',
    summary: 'The server refuses to answer for this name on this connection (421).',
    proof:
      'Status 421: the name in Host has no site under the name that was sent in the TLS handshake. Asked directly the two are ' +
      'the same, so a proxy in between speaks TLS to the server with no server name or another one. Apache 2.4.64 and later ' +
      'refuse this where they answered before.',
    next:
      'On the proxy, send the name along to the backend: nginx "proxy_ssl_server_name on" with "proxy_ssl_name $host", HAProxy ' +
      '"sni req.hdr(host)"; or speak plain HTTP to the backend. Without a proxy, check the ServerName of the virtual host.',
    references: [
      'RFC 9110 §15.5.20 (421)',
      'https://httpd.apache.org/docs/2.4/mod/mod_ssl.html#sslvhostsnipolicy',
    ],
  },
  'http.rate-limited': {
    code: 'http.rate-limited',
    summary: 'The server turned this prober away for asking too often.',
    proof:
      'Status 429 (or Cloudflare error 1015, or HTTP/2 ENHANCE_YOUR_CALM). It is addressed to this source and says nothing ' +
      'about other visitors; the site itself was not judged.',
    next:
      'Check less often, or from fewer vantages at once, or except the source addresses of the vantages from the limit. ' +
      'Retry-After in the evidence says when to come back.',
    references: ['RFC 6585 §4 (429)', 'RFC 9113 §7 (ENHANCE_YOUR_CALM)'],
  },
  'http.placeholder-page': {
    code: 'http.placeholder-page',
    summary: 'A page of the hoster, a domain trader, an installer or a panel is shown in place of the site.',
    proof:
      'Title or body is that of a known page: a suspended account, a parked domain, an installer that waits for anybody to ' +
      'finish it, a listing of files, the default page of a control panel. The network path works.',
    next:
      'Suspended or parked: settle it with the hoster or registrar. Installer: finish it or take it offline now, since the ' +
      'first visitor can take it over. Listing: switch it off or add an index page. Panel: set up the site for this name.',
    references: ['https://owasp.org/www-project-web-security-testing-guide/ (WSTG-CONF)'],
  },
  'http.mixed-content': {
    code: 'http.mixed-content',
    summary: 'The page comes over https and loads scripts, styles or frames over plain http.',
    proof:
      'The addresses are in the page as it was sent. Browsers block such parts, so the page may look unstyled or not work although ' +
      'it answers 200.',
    next:
      'Write these addresses with https or without scheme, or send Content-Security-Policy: upgrade-insecure-requests. Often ' +
      'the base URL of the application is still set to http.',
    references: ['https://www.w3.org/TR/mixed-content/', 'https://www.w3.org/TR/upgrade-insecure-requests/'],
  },
  'http.cookie-needed': {
    code: 'http.cookie-needed',
    summary: 'The page is shown only to clients that send back the cookies that it sets.',
    proof:
      'The first answer sets a cookie and redirects to a URL of the same chain; asked again with the cookie, that URL gives ' +
      'the page. Browsers keep cookies and see nothing of it.',
    next:
      'Nothing, where only browsers visit. Health checks, feed readers, link previews and certificate authorities keep no ' +
      'cookies and are sent in a circle: give them a path without this check.',
    references: ['RFC 6265 §5'],
  },
  'http.slow': {
    code: 'http.slow',
    summary: 'The page was still coming, little by little, when the time was up.',
    proof:
      'Status and headers came, and bytes of the body still came at the end of the time that the probe had; how many came ' +
      'is in the evidence. Nothing is lost on the way, as it would be with a path MTU black hole: there the bytes stop. A ' +
      'stream without end (camera pictures, internet radio, server-sent events) passes and is not reported here.',
    next:
      'See what the page waits for (a query, a slow server behind the proxy, a limit of bandwidth). If the page is meant to ' +
      'take that long, give the probe a longer timeout.',
    references: ['RFC 9110 §15.1 (final and complete answers)'],
  },
  'http.malformed-head': {
    code: 'http.malformed-head',
    summary: 'The answer breaks the rules of HTTP/1.1; browsers show the page, stricter clients refuse it.',
    proof:
      'The line that breaks a rule is quoted, and the clients that refuse such an answer are named: Chromium and curl were ' +
      "asked, Go (which Let's Encrypt validates with) is read at its source. Where browsers refuse it too, the cause is " +
      'http.not-http. Proxies, inspection devices and API clients are often stricter than browsers, so that the same page ' +
      'may work for one visitor and not for the next.',
    next:
      'Find out who writes the line: usually a script or module that prints headers itself, or an old device. Write header ' +
      'lines as Name: value, each ended by CR LF, with no control characters, and one Content-Length or none with ' +
      'Transfer-Encoding: chunked.',
    references: ['RFC 9112 §2.2, §5, §6', 'RFC 9110 §5', 'https://pkg.go.dev/net/textproto'],
  },
  'http.families-differ': {
    code: 'http.families-differ',
    summary: 'IPv4 and IPv6 of the name are answered by different servers.',
    proof:
      'Asked for the same at the same time, all IPv4 addresses answer in one way and all IPv6 addresses in another: other ' +
      'server software, or at least two of status, title, certificate and target of the redirect differ. Members of one pool ' +
      'differ within a family too, and are not reported; neither is a difference in one of these alone.',
    next:
      'Usually the site moved and the AAAA record still names the old server, or the AAAA record came with the hoster. Let both ' +
      'records name the same server, or delete the AAAA record. Visitors get one or the other by chance of their network; a ' +
      'certificate authority takes IPv6 and finds no challenge that was planted on the IPv4 server.',
    references: ['RFC 8305 (which of the two clients take)', 'boulder va/http.go (IPv6 first)'],
  },
  'http.acme-path-blocked': {
    code: 'http.acme-path-blocked',
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

export const httpCauses: CauseGroup<'http'> = {
  title: 'HTTP',
  about: 'The web server answers something else than what is expected.',
  causes,
};
