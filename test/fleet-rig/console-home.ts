/**
 * The console of a fleet as a browser meets it: CloudFront with the bucket's files, the API, and Cognito, each under the name
 * that it has in AWS, over TLS on one port of loopback.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import type { Assembly } from './assembly.ts';
import type { Stack } from './cloudformation.ts';
import { type Cognito, cognitoOf, type PoolPerson } from './cognito.ts';
import type { ApiAnswer, ApiRequest } from './loopback-server.ts';
import type { Rig } from './rig.ts';

export interface ConsoleHome {
  /** The template's `ConsoleUrl`. */
  readonly url: string;
  readonly apiUrl: string;
  /** For Chromium: all names of AWS lead here. */
  readonly switches: readonly string[];
  readonly cognito: Cognito;
  close(): Promise<void>;
}

interface SiteFile {
  readonly body: Buffer;
  readonly cacheControl: string;
}

export async function startConsoleHome(
  assembly: Assembly,
  rig: Pick<Rig, 'api' | 'sessions'>,
  people: Readonly<Record<string, PoolPerson>>,
  tls: { readonly key: string; readonly cert: string },
): Promise<ConsoleHome> {
  const stack = assembly.stacks.find((each) => each.ofType('AWS::Cognito::UserPool').length > 0);
  if (stack === undefined) throw new Error('no stack has a console');
  const outputs = (stack.template as unknown as { Outputs: Record<string, { Value: unknown }> }).Outputs;
  const output = (name: string): string => String(stack.resolve(outputs[name]?.Value));
  const [url, apiUrl] = [output('ConsoleUrl'), output('ApiUrl')];
  const cognito = cognitoOf(stack, people, rig.sessions);
  const files = deployed(assembly, stack);
  const headers = headersOf(stack);
  const site = ({ method, path }: ApiRequest): ApiAnswer => {
    if (!['GET', 'HEAD'].includes(method)) return { status: 403, headers, body: '' };
    const name = path === '/' ? 'index.html' : decodeURIComponent(path.slice(1));
    const file = files.get(name);
    // S3's answer to whom may not list the bucket.
    if (file === undefined) return { status: 403, headers, body: '<Error><Code>AccessDenied</Code></Error>' };
    return {
      status: 200,
      headers: { ...headers, 'content-type': TYPES[extname(name)] ?? '', 'cache-control': file.cacheControl },
      body: file.body,
    };
  };
  const hosts = new Map<string, (request: ApiRequest) => ApiAnswer>([
    [new URL(url).host, site],
    [cognito.loginHost, cognito.login],
    [cognito.identityHost, cognito.identity],
  ]);
  const apiHost = new URL(apiUrl).host;
  const api = new URL(rig.api.url);
  const server = createServer(tls, (incoming, outgoing) => {
    const { host = '', ...others } = incoming.headers;
    if (host === apiHost) {
      const { method, url: path } = incoming;
      const sent = httpRequest(
        {
          host: api.hostname,
          port: api.port,
          method,
          path,
          headers: { host, ...others },
          setHost: false,
          agent: false,
        },
        (answer) => {
          outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(outgoing);
        },
      );
      sent.on('error', () => outgoing.destroy());
      incoming.pipe(sent);
      return;
    }
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const target = incoming.url ?? '/';
      const [path = '/', query = ''] = target.split('?');
      const answer = hosts.get(host)?.({
        method: incoming.method ?? 'GET',
        path,
        target,
        query: new URLSearchParams(query),
        headers: incoming.headers,
        body: Buffer.concat(chunks),
        caller: undefined,
        from: '127.0.0.1',
      }) ?? { status: 421, body: `nobody is called ${host} here` };
      outgoing.writeHead(answer.status, answer.headers).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url,
    apiUrl,
    cognito,
    switches: [`--host-resolver-rules=MAP * 127.0.0.1:${port}`, '--ignore-certificate-errors'],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** What CDK's function puts into the bucket: each asset, with the values of its markers filled in. */
function deployed(assembly: Assembly, stack: Stack): Map<string, SiteFile> {
  const files = new Map<string, SiteFile>();
  for (const { properties } of stack.ofType('Custom::CDKBucketDeployment')) {
    const {
      SourceObjectKeys,
      SourceMarkers = [],
      SystemMetadata,
    } = properties as unknown as {
      SourceObjectKeys: string[];
      SourceMarkers?: Record<string, string>[];
      SystemMetadata: Record<string, string>;
    };
    for (const [index, key] of SourceObjectKeys.entries()) {
      const folder = assembly.assetFolder(stack, key);
      for (const name of readdirSync(folder)) {
        let text = readFileSync(join(folder, name), 'utf8');
        for (const [marker, value] of Object.entries(SourceMarkers[index] ?? {}))
          text = text.replaceAll(marker, value);
        files.set(name, { body: Buffer.from(text), cacheControl: SystemMetadata['cache-control'] ?? '' });
      }
    }
  }
  return files;
}

/** Of the response headers policy. */
function headersOf(stack: Stack): Record<string, string> {
  const [policy] = stack.ofType('AWS::CloudFront::ResponseHeadersPolicy');
  if (policy === undefined) throw new Error('the console has no headers of its own');
  const { SecurityHeadersConfig: security, CustomHeadersConfig: custom } = policy.properties
    .ResponseHeadersPolicyConfig as {
    SecurityHeadersConfig: {
      ContentSecurityPolicy: { ContentSecurityPolicy: string };
      FrameOptions: { FrameOption: string };
      ReferrerPolicy: { ReferrerPolicy: string };
      StrictTransportSecurity: { AccessControlMaxAgeSec: number };
    };
    CustomHeadersConfig: { Items: { Header: string; Value: string }[] };
  };
  return {
    'content-security-policy': security.ContentSecurityPolicy.ContentSecurityPolicy,
    'x-content-type-options': 'nosniff',
    'x-frame-options': security.FrameOptions.FrameOption,
    'referrer-policy': security.ReferrerPolicy.ReferrerPolicy,
    'strict-transport-security': `max-age=${security.StrictTransportSecurity.AccessControlMaxAgeSec}`,
    ...Object.fromEntries(custom.Items.map(({ Header, Value }) => [Header, Value])),
  };
}
