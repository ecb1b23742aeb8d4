import { describe, expect, it } from 'vitest';
import { parseCheckRequest } from '../../../lib/input/request/check-request.ts';
import { parseEndpointUri } from '../../../lib/input/request/uri.ts';
import { withListener } from '../../../lib/input/request/with-listener.ts';
import type { Endpoint } from '../../../lib/model/endpoint.ts';

function endpoint(uri: string, more: Partial<Endpoint> = {}): Endpoint {
  const parsed = parseEndpointUri(uri, more.expect ?? 'open');
  if (!parsed.ok) throw new Error(parsed.message);
  return { ...parsed.value, ...more };
}

const request = (flags: Partial<Parameters<typeof parseCheckRequest>[0]>) =>
  parseCheckRequest({
    targets: [],
    closed: [],
    allowPrivate: false,
    settings: {},
    withListener: true,
    ...flags,
  });

describe('a listener in the place of servers', () => {
  it('is asked in what the server would speak', () => {
    const uris = [
      'http://a.example/',
      'https://a.example/x?y',
      'smtp://a.example',
      'smtps://a.example',
      'tls://a.example:8443',
      'ssh://a.example',
      'tcp://a.example:3389',
    ];
    const { endpoints, leftOut } = withListener(uris.map((uri) => endpoint(uri)));
    expect(leftOut).toEqual([]);
    expect(endpoints.map(({ id, kind, speech, path }) => [id, kind, speech, path])).toEqual([
      ['listener://a.example:80', 'listener', 'http', undefined],
      ['listener://a.example:443', 'listener', 'https', undefined],
      ['listener://a.example:25', 'listener', 'smtp', undefined],
      ['listener://a.example:465', 'listener', 'smtps', undefined],
      ['listener://a.example:8443', 'listener', 'https', undefined],
      ['listener://a.example:22', 'listener', 'line', undefined],
      // What is usual on the port.
      ['listener://a.example:3389', 'listener', undefined, undefined],
    ]);
  });

  it('is one for each host and port, as strict as the strictest', () => {
    const { endpoints } = withListener([
      endpoint('tcp://a.example:443', { level: 'recommended' }),
      endpoint('tls://a.example'),
      endpoint('https://a.example/', { warnIfPublic: true }),
      endpoint('https://b.example/'),
    ]);
    expect(endpoints).toMatchObject([
      { id: 'listener://a.example:443', level: 'required', speech: 'https', warnIfPublic: true },
      { id: 'listener://b.example:443' },
    ]);
  });

  it('leaves out what none can stand in for, and keeps what must be closed', () => {
    const closed = endpoint('ssh://a.example', { expect: 'closed' });
    const { endpoints, leftOut } = withListener([
      endpoint('dns://a.example'),
      endpoint('ntp://a.example'),
      endpoint('quic://a.example'),
      endpoint('https://vendor.example/', { isDependency: true }),
      closed,
      endpoint('https://a.example/'),
    ]);
    expect(leftOut).toEqual([
      'dns://a.example:53',
      'ntp://a.example:123',
      'quic://a.example:443',
      'https://vendor.example:443/',
    ]);
    expect(endpoints.map(({ id }) => id)).toEqual([closed.id, 'listener://a.example:443']);
  });

  it('takes the place of the rows of a profile, and the report says so', async () => {
    const asked = await request({ targets: ['a.example'], profile: 'lucy-saas', dependencies: true });
    if (!asked.ok) throw new Error(asked.message);
    const endpoints = [...asked.value.endpoints];
    const open = endpoints.filter(({ expect }) => expect === 'open').map(({ id }) => id);
    expect(open).toEqual(['listener://a.example:80', 'listener://a.example:443']);
    expect(endpoints.some(({ id }) => id.endsWith('(closed)'))).toBe(true);
    expect(asked.value.count).toBe(endpoints.length);
    expect(asked.value.leftOut?.length).toBeGreaterThan(5);
    expect(asked.value.asked[0]?.text).toBe('a listener in the place of the servers');
  });

  it('is refused where it would judge nothing, or less than was asked for', async () => {
    expect(await request({ targets: ['dns://a.example'] })).toMatchObject({
      ok: false,
      message: expect.stringContaining('no endpoint is expected open over TCP'),
    });
    expect(await request({ targets: ['https://a.example/'], titleContains: 'Login' })).toMatchObject({
      ok: false,
      message: expect.stringContaining('--title-contains'),
    });
  });
});
