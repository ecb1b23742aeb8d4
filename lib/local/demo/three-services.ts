/** The customer of the demo's station: three services on loopback, of which one is broken until it is healed. */
import type { RequestListener } from 'node:http';
import type { Target } from '../../input/request/target.ts';
import { closedPort, startHttp, startPlainSmtp } from './servers.ts';

export const BROKEN = 'portal';

export interface ThreeServices {
  /** By name, as they are registered. By address: a scheduled run asks the system's name servers, which don't know the customer. */
  readonly targets: readonly (readonly [string, Target])[];
  /** From now on the portal answers as it should. */
  heal(): void;
  close(): Promise<void>;
}

export async function startThreeServices(): Promise<ThreeServices> {
  let isHealed = false;
  const website = await startHttp(page('Security awareness training', () => 200));
  const portal = await startHttp(page('Customer portal', () => (isHealed ? 200 : 503)));
  const mail = await startPlainSmtp('mx.customer.example');
  const at = (scheme: string, port: number): string => `${scheme}://127.0.0.1:${port}`;
  return {
    targets: [
      ['website', { check: [`${at('http', website.port)}/`], closed: [at('ssh', await closedPort())] }],
      ['mail', { check: [at('smtp', mail.port)] }],
      [BROKEN, { check: [`${at('http', portal.port)}/`] }],
    ],
    heal() {
      isHealed = true;
    },
    async close() {
      await Promise.all([website, portal, mail].map((service) => service.close()));
    },
  };
}

const page =
  (title: string, status: () => number): RequestListener =>
  (_request, response) => {
    response.writeHead(status(), { 'content-type': 'text/html; charset=utf-8' });
    response.end(`<!doctype html><html lang="en"><title>${title}</title><h1>${title}</h1></html>`);
  };
