import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createStopUrl } from '../../lib/aws/stop-url.ts';

beforeEach(() => {
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
});
afterEach(() => void vi.unstubAllEnvs());

it('has a name with addresses of both families, which a prober with IPv6 alone can reach', async () => {
  const url = new URL(await createStopUrl({ bucket: 'runs' })(55));
  expect(url.origin).toBe('https://runs.s3.dualstack.eu-central-1.amazonaws.com');
  expect(url.pathname).toBe('/control/stop.json');
  expect(url.searchParams.get('X-Amz-Expires')).toBe('55');
});

it('stays at an address of one’s own', async () => {
  vi.stubEnv('AWS_ENDPOINT_URL_S3', 'http://127.0.0.1:9000');
  const url = await createStopUrl({ bucket: 'runs', forcePathStyle: true })(55);
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:9000\/runs\/control\/stop\.json\?/);
});
