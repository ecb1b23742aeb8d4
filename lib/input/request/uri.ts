import { endpointId } from '../../engine/plan/endpoint-id.ts';
import { descriptorOf } from '../../kinds/descriptors.ts';
import type { Assertions, Endpoint } from '../../model/endpoint.ts';
import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import { type Expect, KINDS, type Kind } from '../../model/vocabulary.ts';
import { hostPort } from '../../net/host-port.ts';
import { isIP } from '../../net/ip.ts';
import { parseHost } from './host.ts';
import { didYouMean } from './nearest.ts';
import { correctedScheme } from './plain-target.ts';
import { parsePort } from './quantities.ts';
import { quote } from './quote.ts';

const KNOWN = KINDS.map((kind) => `${kind}://`).join(' ');
const MAX_URI = 4_096;
/** Longest path and query: what Boulder accepts for a redirect (va/http.go), far longer than any landing page's. */
const MAX_PATH = 2_000;

/**
 * Reads `https://host:port/path?query`, `smtp://host`, `tcp://host:port?send=PING%0D%0A` and so on. Not WHATWG's
 * parser: it silently changes unusual hosts and does not parse hosts of smtp:// and tls://. A password in the
 * URI never appears in the message.
 */
export function parseEndpointUri(pasted: string, expect: Expect): ParseResult<Endpoint> {
  const text = pasted.trim();
  if (text.length > MAX_URI) return inputError(`a URI may have at most ${MAX_URI} characters`);
  const match = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#\\]*)([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(text);
  const mended = correctedScheme(text);
  if (!match || mended !== undefined) {
    const advice =
      mended === undefined
        ? ' such as https://www.example.com/'
        : `: write ${quote(withoutCredentials(mended))}`;
    return inputError(`${quote(withoutCredentials(text))} is no URI${advice}`);
  }
  const [, scheme = '', authority = '', path = '', query = '', fragment] = match;
  const shown = quote(withoutCredentials(text));
  const kind = KINDS.find((known) => known === scheme.toLowerCase());
  if (kind === undefined)
    return inputError(
      `${shown}: the scheme ${quote(scheme)} is not one of ${KNOWN}${didYouMean(scheme, KINDS)}`,
    );
  if (authority.includes('@'))
    return inputError(`${shown} holds credentials: remove the part before "@", nothing is logged in to`);
  if (fragment !== undefined)
    return inputError(`${shown} has a fragment, which is never sent to a server: leave "#…" away`);
  const place = parseAuthority(authority, kind);
  if (!place.ok) {
    // `https://user:pass/word@host/`: what looks like a bad port is part of a password, so it is not quoted.
    if (text.includes('@')) return inputError(`${shown} is no valid URI; credentials don't belong in it`);
    return inputError(`${shown}: ${place.message}`);
  }
  const isQuestion = descriptorOf(kind).uri === 'question';
  if (isQuestion && path.length > 1)
    return dnsQuestion(kind, place.value, path.slice(1), query, shown, expect);
  if (isQuestion && (isIP(place.value.host) !== 0 || /:\d+$/.test(authority)))
    return inputError(`${shown}: say what to ask the server, as ${kind}://SERVER/www.example.com`);
  const rest = parseRest(kind, path, query);
  if (!rest.ok) return inputError(`${shown}: ${rest.message}`);
  const { host, port } = place.value;
  if (descriptorOf(kind).findsPeers) {
    if (isIP(host) !== 0)
      return inputError(`${shown}: name the mail domain, the part behind the "@", as ${kind}://example.com`);
    if (expect === 'closed')
      return inputError(
        `${shown}: a mail route has no port that could be closed; name a server, as smtp://HOST`,
      );
  }
  const parts = { target: host, kind, host, port, expect, level: 'required' as const, ...rest.value };
  return parsed({ id: endpointId(parts), ...parts });
}

/** `dns://SERVER[:PORT]/NAME` (RFC 4501 §3, without its query part): asks SERVER, an address, about NAME. */
function dnsQuestion(
  kind: Kind,
  server: { host: string; port: number },
  text: string,
  query: string,
  shown: string,
  expect: Expect,
): ParseResult<Endpoint> {
  if (query !== '') return inputError(`${shown}: ${kind} takes no query: leave ${quote(query)} away`);
  const name = parseHost(text);
  if (!name.ok) return inputError(`${shown}: ${name.message}`);
  if (name.value.literal !== 0) return inputError(`${shown}: the name to ask about is an address`);
  if (isIP(server.host) === 0)
    return inputError(
      `${shown}: the server before the name is given by its address, as ${kind}://8.8.8.8/${name.value.host}`,
    );
  const parts = {
    target: name.value.host,
    kind,
    host: name.value.host,
    port: server.port,
    dnsServer: hostPort(server.host, server.port),
    expect,
    level: 'required' as const,
  };
  return parsed({ id: endpointId(parts), ...parts });
}

/** For messages: user name and password removed, whatever else is wrong with the text. */
function withoutCredentials(text: string): string {
  const at = text.lastIndexOf('@');
  if (at < 0) return text;
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.exec(text)?.[0] ?? '';
  return `${scheme}…@${text.slice(at + 1)}`;
}

function parseAuthority(authority: string, kind: Kind): ParseResult<{ host: string; port: number }> {
  // Brackets protect the colons of an IPv6 address; parseHost reports the "%" of a zone id.
  const match = /^(\[[^\]]*\]|[^:]*)(?::([^:]*))?$/.exec(authority);
  if (!match) return inputError('an IPv6 address needs brackets, as https://[2001:db8::1]:443/');
  const host = parseHost(match[1] ?? '');
  if (!host.ok) return host;
  const portText = match[2];
  if (portText !== undefined && portText !== '') {
    const port = parsePort(portText);
    return port.ok ? parsed({ host: host.value.host, port: port.value }) : port;
  }
  if (portText === '') return inputError('the port after ":" is missing');
  const { defaultPort } = descriptorOf(kind);
  if (defaultPort === undefined)
    return inputError(`${kind} needs a port, as ${kind}://${hostPort(host.value.host, 443)}`);
  return parsed({ host: host.value.host, port: defaultPort });
}

function parseRest(
  kind: Kind,
  path: string,
  query: string,
): ParseResult<{ path?: string; assertions?: Assertions }> {
  const { uri } = descriptorOf(kind);
  if (uri === 'path') {
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
  if (uri !== 'send') return inputError(`${kind} takes no query: leave ${quote(query)} away`);
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
