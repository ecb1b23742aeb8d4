import { describe, expect, it } from 'vitest';
import { fieldsOfReport } from '../../../lib/console/registration/from-report.ts';
import { targetOf } from '../../../lib/console/registration/target-fields.ts';
import { readDefinition } from '../../../lib/service/targets/definition.ts';

/** Endpoints as a report has them. */
function reported(definition: object) {
  const read = readDefinition('x', definition);
  if (!read.ok) throw new Error(read.message);
  return read.value.endpoints.map((id) => {
    const url = new URL(id.replace(/ \(closed\)$/, ''));
    return {
      id,
      kind: url.protocol.slice(0, -1) as 'https',
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: Number(url.port || { http: 80, https: 443 }[url.protocol.slice(0, -1)]),
      expect: id.endsWith('(closed)') ? ('closed' as const) : ('open' as const),
      level: 'required' as const,
    };
  });
}

const definitionOf = (target: string, profile: string | undefined, definition: object) => {
  const fields = fieldsOfReport(target, {
    ...(profile !== undefined && { profile }),
    endpoints: reported(definition),
  });
  const made = targetOf(fields);
  if (!made.ok) throw new Error(made.label);
  return { name: made.name, ...made.body.definition };
};

describe('a finished check, to be watched', () => {
  it.each([
    { host: 'www.example.com', profile: 'web' },
    { host: 'www.example.com', profile: 'web', options: { quic: true } },
    { host: 'www.example.com', profile: 'lucy-saas', options: { replies: true, dependencies: true } },
    { host: 'ir.example.com', profile: 'cicada-ir', options: { dependencies: true, ui: 'private' } },
  ])('has the host, the profile and the options that its endpoints show: %j', (definition) => {
    expect(definitionOf(definition.host, definition.profile, definition)).toEqual({
      name: definition.host,
      ...definition,
    });
  });

  it('without a profile has each endpoint', () => {
    const definition = {
      check: ['https://a.example:8443/', 'smtp://a.example:25'],
      closed: ['ssh://a.example:22'],
    };
    expect(definitionOf('a.example:8443', undefined, definition)).toEqual({
      name: 'a.example:8443',
      ...definition,
    });
  });

  it('gets a name that a target may have', () => {
    const { name } = fieldsOfReport('[2001:db8::1]/<b>', { endpoints: [] });
    expect(name).toBe('2001:db8::1 b');
    expect(readDefinition(name, { check: ['https://a.example/'] }).ok).toBe(true);
  });
});
