import { createAuthority } from './authority.ts';
import { startNameServer } from './name-server.ts';
import { closedPort, startHttp, startHttps, startPlainSmtp, startSsh } from './servers.ts';

/** RFC 2606 §2: names under .example are reserved for examples. */
export const ZONE = 'customer.example';
const DAY_MS = 86_400_000;

/** Where the invented customer's services are. */
export interface Site {
  readonly ports: {
    /** Redirects to `landing`. */
    readonly http: number;
    /** The landing page, without faults. */
    readonly landing: number;
    /** A portal whose certificate expired three days ago. */
    readonly portal: number;
    /** A mail server without STARTTLS. */
    readonly smtp: number;
    /** An SSH server that answers every client. */
    readonly ssh: number;
    /** Nothing listens here, though an API should. */
    readonly api: number;
    /** Nothing listens here, and nothing should. */
    readonly database: number;
  };
  /** PEM of the root that issued the certificates. */
  readonly root: string;
  /** `address:port` of the site's DNS server. */
  readonly nameServer: string;
  close(): Promise<void>;
}

const LANDING_PAGE = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Security awareness training</title></head>
<body><h1>Security awareness training</h1><p>Thank you for taking part.</p></body></html>
`;

/** Starts the customer's services on loopback, on free ports. */
export async function startSite(): Promise<Site> {
  const authority = await createAuthority({ subject: 'Inbound Check demo root' });
  const issuing = await authority.intermediate({ subject: 'Inbound Check demo CA' });
  const www = await issuing.issue({ names: [`www.${ZONE}`] });
  const expired = await issuing.issue({
    names: [`portal.${ZONE}`],
    notBefore: new Date(Date.now() - 93 * DAY_MS),
    notAfter: new Date(Date.now() - 3 * DAY_MS),
  });

  const landing = await startHttps(www, (_request, response) => {
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'strict-transport-security': 'max-age=31536000',
    });
    response.end(LANDING_PAGE);
  });
  const http = await startHttp((request, response) => {
    response.writeHead(301, { location: `https://www.${ZONE}:${landing.port}${request.url ?? '/'}` }).end();
  });
  const portal = await startHttps(expired, (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end('<!doctype html><title>Customer portal</title>');
  });
  const smtp = await startPlainSmtp(`mx.${ZONE}`);
  const ssh = await startSsh('SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3');
  const names = await startNameServer(ZONE);

  return {
    ports: {
      http: http.port,
      landing: landing.port,
      portal: portal.port,
      smtp: smtp.port,
      ssh: ssh.port,
      api: await closedPort(),
      database: await closedPort(),
    },
    root: authority.root,
    nameServer: names.server,
    async close() {
      await Promise.all([landing, http, portal, smtp, ssh, names].map((service) => service.close()));
    },
  };
}
