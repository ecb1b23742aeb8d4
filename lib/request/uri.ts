import { isIP } from 'node:net';
import type { Assertions, Endpoint } from '../model/endpoint.ts';
import { inputError, type ParseResult, parsed } from '../model/input-error.ts';
import { type Expect, KINDS, type Kind } from '../model/vocabulary.ts';
import { endpointId } from '../plan/endpoint-id.ts';
import { parseHost } from './host.ts';
import { formatHostPort, parsePort } from './quantities.ts';
import { quote } from './quote.ts';

/** Port of a URI that names none; tcp has none, since it says nothing about the service. */
const DEFAULT_PORTS: { readonly [K in Exclude<Kind, 'tcp'>]: number } = {
  dns: 53,
  http: 80,
  https: 443,
  ntp: 123,
  smtp: 25,
  smtps: 465,
  ssh: 22,
  tls: 443,
};
const KNOWN = KINDS.map((kind) => `${kind}://`).join(' ');
const MAX_URI = 4_096;
/** Longest path and query: what Boulder takes for a redirect (va/http.go), far above any landing page's. */
const MAX_PATH = 2_000;

/**
 * Reads `https://host:port/path?query`, `smtp://host`, `tcp://host:port?send=PING%0D%0A` and so on. Not WHATWG's
 * parser: that one rewrites unusual hosts silently and leaves hosts of smtp:// and tls:// unread. A password in the
 * URI never appears in the message.
 */
export function parseEndpointUri(text: string, expect: Expect): ParseResult<Endpoint> {
  if (text.length > MAX_URI) return inputError(`a URI may have at most ${MAX_URI} characters`);
  const match = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#\\]*)([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(text);
  if (!match)
    return inputError(`${quote(withoutCredentials(text))} is no URI such as https://www.example.com/`);
  const [, scheme = '', authority = '', path = '', query = '', fragment] = match;
  const shown = quote(withoutCredentials(text));
  const kind = KINDS.find((known) => known === scheme.toLowerCase());
  if (kind === undefined) return inputError(`${shown}: the scheme ${quote(scheme)} is not one of ${KNOWN}`);
  if (authority.includes('@'))
    return inputError(`${shown} holds credentials: leave the part before "@" away, nothing is logged in to`);
  if (fragment !== undefined)
    return inputError(`${shown} has a fragment, which is never sent to a server: leave "#…" away`);
  const place = parseAuthority(authority, kind);
  if (!place.ok) {
    // `https://user:pass/word@host/`: what looks like a bad port is part of a password, so it is not quoted.
    if (text.includes('@')) return inputError(`${shown} is no valid URI; credentials don't belong in it`);
    return inputError(`${shown}: ${place.message}`);
  }
  if (kind === 'dns' && path.length > 1) return dnsQuestion(place.value, path.slice(1), query, shown, expect);
  if (kind === 'dns' && (isIP(place.value.host) !== 0 || /:\d+$/.test(authority)))
    return inputError(`${shown}: say what to ask the server, as dns://SERVER/www.example.com`);
  const rest = parseRest(kind, path, query);
  if (!rest.ok) return inputError(`${shown}: ${rest.message}`);
  const { host, port } = place.value;
  const parts = { target: host, kind, host, port, expect, level: 'required' as const, ...rest.value };
  return parsed({ id: endpointId(parts), ...parts });
}

/** `dns://SERVER[:PORT]/NAME` (RFC 4501 §3, without its query part): asks SERVER, an address, about NAME. */
function dnsQuestion(
  server: { host: string; port: number },
  text: string,
  query: string,
  shown: string,
  expect: Expect,
): ParseResult<Endpoint> {
  if (query !== '') return inputError(`${shown}: dns takes no query: leave ${quote(query)} away`);
  const name = parseHost(text);
  if (!name.ok) return inputError(`${shown}: ${name.message}`);
  if (name.value.literal !== 0) return inputError(`${shown}: the name to ask about is an address`);
  if (isIP(server.host) === 0)
    return inputError(
      `${shown}: the server before the name is given by its address, as dns://8.8.8.8/${name.value.host}`,
    );
  const parts = {
    target: name.value.host,
    kind: 'dns' as const,
    host: name.value.host,
    port: server.port,
    dnsServer: formatHostPort(server.host, server.port),
    expect,
    level: 'required' as const,
  };
  return parsed({ id: endpointId(parts), ...parts });
}

/** For messages: user name and password cut out, whatever else is wrong with the text. */
function withoutCredentials(text: string): string {
  const at = text.lastIndexOf('@');
  if (at < 0) return text;
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.exec(text)?.[0] ?? '';
  return `${scheme}…@${text.slice(at + 1)}`;
}

function parseAuthority(authority: string, kind: Kind): ParseResult<{ host: string; port: number }> {
  // A bracket shields the colons of an IPv6 address; the zone id's "%" is named by parseHost.
  const match = /^(\[[^\]]*\]|[^:]*)(?::([^:]*))?$/.exec(authority);
  if (!match) return inputError('an IPv6 address stands in brackets, as https://[2001:db8::1]:443/');
  const host = parseHost(match[1] ?? '');
  if (!host.ok) return host;
  const portText = match[2];
  if (portText !== undefined && portText !== '') {
    const port = parsePort(portText);
    return port.ok ? parsed({ host: host.value.host, port: port.value }) : port;
  }
  if (portText === '') return inputError('the port after ":" is missing');
  if (kind === 'tcp') return inputError(`tcp needs a port, as tcp://${formatHostPort(host.value.host, 443)}`);
  return parsed({ host: host.value.host, port: DEFAULT_PORTS[kind] });
}

function parseRest(
  kind: Kind,
  path: string,
  query: string,
): ParseResult<{ path?: string; assertions?: Assertions }> {
  if (kind === 'http' || kind === 'https') {
    if (/[\u0000-\u001f\u007f]/.test(path + query))
      return inputError('the path has a control character in it');
    // The WHATWG parser percent-encodes as a browser would and resolves dot segments.
    const url = new URL(`http://host${path.startsWith('/') ? path : `/${path}`}${query}`);
    const full = url.pathname + url.search;
    if (full.length > MAX_PATH) return inputError(`the path is longer than ${MAX_PATH} characters`);
    return parsed({ path: full });
  }
  if (path !== '' && path !== '/') return inputError(`${kind} has no path: leave ${quote(path)} away`);
  if (query === '') return parsed({});
  if (kind !== 'tcp') return inputError(`${kind} takes no query: leave ${quote(query)} away`);
  return parseSend(query);
}

/** `?send=` of tcp://: percent-encoded text (bytes, as Latin-1) to send when the peer stays silent. */
function parseSend(query: string): ParseResult<{ assertions: Assertions }> {
  const match = /^\?send=([^&]+)$/.exec(query);
  if (!match?.[1]) return inputError('tcp takes only ?send=TEXT, percent-encoded, as ?send=PING%0D%0A');
  if (/%(?![0-9A-Fa-f]{2})/.test(match[1]))
    return inputError('a "%" in ?send= is followed by two hexadecimal digits');
  const send = match[1].replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  if (send.length > 1_000) return inputError('?send= takes at most 1000 bytes');
  return parsed({ assertions: { send } });
}
