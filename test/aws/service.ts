/** A server on loopback in the place of an AWS service, for a test of what a client of the real SDK does. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { vi } from 'vitest';

/** @param name of the service as the SDK's `AWS_ENDPOINT_URL_…` has it */
export async function startService(name: string, answer: RequestListener): Promise<Server> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  vi.stubEnv(`AWS_ENDPOINT_URL_${name}`, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'none');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'none');
  return server;
}

export function stopService(server: Server): void {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
}
