/** The port in the id of an endpoint: `https://shop.example.com:443/a`, `tcp://[2001:db8::1]:22`. */
const AUTHORITY = /^([a-z][a-z0-9+-]*:\/\/(?:\[[^\]]*\]|[^:/]*))(:\d+)(.*)$/;

export interface EndpointParts {
  readonly before: string;
  /** With its colon; empty where the id has none. */
  readonly port: string;
  readonly rest: string;
}

export function endpointParts(id: string): EndpointParts {
  const [, before = id, port = '', rest = ''] = AUTHORITY.exec(id) ?? [];
  return { before, port, rest };
}
