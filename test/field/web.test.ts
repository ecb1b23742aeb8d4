/**
 * Web and DNS cases made up after public reports, each on a server of its own and given to the command line, as a user
 * would. `want` is the right answer in words; `right` is what of it can be compared.
 */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { EndpointReport } from '../../lib/engine/report-schema.ts';
import { Report } from '../../lib/engine/report-schema.ts';
import { runCli } from '../cli/run-cli.ts';
import { answerTo, startDnsScript } from '../servers/dns-script.ts';
import data from './web-cases.json' with { type: 'json' };

const Piece = z.union([
  z.string(),
  z.object({ repeatEveryMs: z.number(), bytes: z.string() }),
  z.object({ ifCookie: z.string() }),
  z.object({ else: z.string() }),
]);
const FieldCase = z.object({
  id: z.string(),
  kind: z.enum(['http', 'https']),
  server: z.union([
    z.object({ afterRequest: z.union([z.string(), z.array(Piece)]) }),
    z.object({ dns: z.string() }),
  ]),
  args: z.array(z.string()).default([]),
  want: z.string(),
  note: z.string().optional(),
  right: z.object({
    verdict: z.string().optional(),
    side: z.string().optional(),
    causes: z.array(z.string()).optional(),
    /** Target of a further request. */
    asked: z.string().optional(),
  }),
});
const cases = z.array(FieldCase).parse(data);
const ofWeb = cases.flatMap(({ server, ...one }) =>
  'dns' in server ? [] : [{ ...one, pieces: server.afterRequest }],
);
const ofDns = cases.filter(({ server }) => 'dns' in server).map(({ id, right }) => ({ id, right }));

const LOCAL = ['--allow-private', '--no-default-controls', '--confirm', '0', '--format', 'json'];

/** Says its pieces to each request, as Latin-1, and closes where none of them goes on without end. */
async function serve(pieces: (typeof ofWeb)[number]['pieces'], asked: string[]): Promise<Server> {
  const server = createServer((socket) => {
    let request = '';
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => {
      request += bytes.toString('latin1');
      if (!request.includes('\r\n\r\n')) return;
      asked.push(request.split(' ')[1] ?? '');
      const hasCookie = /^cookie:/im.test(request);
      let endless = false;
      for (const piece of typeof pieces === 'string' ? [pieces] : pieces) {
        if (typeof piece === 'string') socket.write(piece, 'latin1');
        else if ('repeatEveryMs' in piece) {
          endless = true;
          const more = setInterval(() => socket.write(piece.bytes, 'latin1'), piece.repeatEveryMs);
          socket.on('close', () => clearInterval(more));
        } else if ('ifCookie' in piece) {
          if (hasCookie) socket.write(piece.ifCookie, 'latin1');
        } else if (!hasCookie) socket.write(piece.else, 'latin1');
      }
      if (!endless) socket.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const found = ({ verdict, side, cause, alsoFound = [] }: EndpointReport) => ({
  verdict,
  side,
  causes: [...(cause === undefined ? [] : [cause]), ...alsoFound],
});

const reportOf = async (args: readonly string[]): Promise<EndpointReport[]> => {
  const { stdout, stderr } = await runCli(['check', ...LOCAL, ...args]);
  expect(stderr).toBe('');
  return Report.parse(JSON.parse(stdout)).endpoints;
};

describe('a server of the field', () => {
  const servers: Server[] = [];
  const asked = new Map<string, string[]>();
  const reports = new Map<string, EndpointReport>();

  beforeAll(async () => {
    const ports = new Map<string, number>();
    for (const { id, pieces } of ofWeb) {
      const requests: string[] = [];
      const server = await serve(pieces, requests);
      servers.push(server);
      asked.set(id, requests);
      ports.set(id, (server.address() as AddressInfo).port);
    }
    const url = ({ id }: { readonly id: string }) => `http://127.0.0.1:${ports.get(id)}/`;
    const keep = (endpoints: readonly EndpointReport[]) => {
      for (const [id, port] of ports)
        for (const endpoint of endpoints) if (endpoint.port === port) reports.set(id, endpoint);
    };
    const plain = ofWeb.filter(({ args }) => args.length === 0);
    keep(await reportOf(['--timeout', '3s', ...plain.map(url)]));
    for (const one of ofWeb.filter(({ args }) => args.length > 0))
      keep(await reportOf([url(one), ...one.args]));
  });

  afterAll(() => {
    for (const server of servers) server.close();
  });

  it.each(ofWeb.map((one) => [one.id, one] as const))('%s', (id, { right: { asked: further, ...right } }) => {
    const report = reports.get(id);
    if (report === undefined) throw new Error(`no report on ${id}`);
    expect(found(report)).toMatchObject(right);
    if (further !== undefined) expect(asked.get(id)).toContain(further);
  });
});

describe('a resolver of the field', () => {
  it.each(ofDns.map(({ id, right }) => [id, right] as const))('%s', async (id, right) => {
    const referral = {
      authorities: [{ type: 'NS' as const, name: 'example', ttl: 300, data: 'ns.example' }],
    };
    const resolver = await startDnsScript((question) => [
      id === 'dns-referral' ? answerTo(question, referral) : answerTo(question, { flags: 3 }),
    ]);
    try {
      const [report] = await reportOf([
        'https://customer.example/',
        '--dns',
        resolver.address,
        '--timeout',
        '3s',
      ]);
      if (report === undefined) throw new Error(`no report on ${id}`);
      expect(found(report)).toMatchObject(right);
    } finally {
      await resolver.close();
    }
  });
});
