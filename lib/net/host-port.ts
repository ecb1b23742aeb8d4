/** A host as written in a URI: IPv6 literals in brackets (RFC 3986 §3.2.2). */
export const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** `192.0.2.1:443`, `[2001:db8::1]:443`. */
export const hostPort = (host: string, port: number): string => `${bracketed(host)}:${port}`;
