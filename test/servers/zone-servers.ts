/** Name servers on loopback addresses of one port: a root, a top-level domain and zones, each answering as a test says. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { type Answer, decode, encode, type Packet, type Question } from 'dns-packet';

export interface ZoneQuestion {
  readonly name: string;
  readonly type: string;
  readonly over: 'udp' | 'tcp';
  readonly edns: boolean;
  readonly request: Packet;
}

/** `undefined`: silence. Bytes are sent as they are. */
export type ZoneAnswer = (question: ZoneQuestion) => Partial<Packet> | Buffer | undefined;

export interface ZoneServers {
  readonly port: number;
  /** `ADDRESS TYPE NAME over`, in order. */
  readonly asked: string[];
  close(): Promise<void>;
}

export const AA = 0x0400;
export const RCODE = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  NOTAUTH: 9,
} as const;

export const a = (name: string, data: string): Answer => ({ type: 'A', name, ttl: 1, data });
export const ns = (name: string, data: string): Answer => ({ type: 'NS', name, ttl: 1, data });
export const cname = (name: string, data: string): Answer => ({ type: 'CNAME', name, ttl: 1, data });
export const soa = (name: string, serial = 1): Answer => ({
  type: 'SOA',
  name,
  ttl: 1,
  data: {
    mname: `ns1.${name}`,
    rname: `hostmaster.${name}`,
    serial,
    refresh: 3_600,
    retry: 600,
    expire: 86_400,
    minimum: 60,
  },
});

/** What a server of a zone says: its records, a denial with the SOA, and referrals to zones below. */
export function zoneAnswer(
  zone: string,
  records: readonly Answer[],
  cuts: Readonly<Record<string, { readonly ns: readonly string[]; readonly glue?: readonly Answer[] }>> = {},
): ZoneAnswer {
  return ({ name, type }) => {
    const cut = Object.keys(cuts).find((one) => name === one || name.endsWith(`.${one}`));
    const delegated = cut === undefined ? undefined : cuts[cut];
    if (cut !== undefined && delegated !== undefined)
      return {
        authorities: delegated.ns.map((server) => ns(cut, server)),
        additionals: [...(delegated.glue ?? [])],
      };
    const own = records.filter((one) => one.name === name);
    const answers = own.filter((one) => one.type === type || one.type === 'CNAME');
    const authorities = answers.length > 0 ? [] : records.filter((one) => one.type === 'SOA');
    const exists = own.length > 0 || records.some((one) => one.name.endsWith(`.${name}`)) || name === zone;
    return { flags: AA | (exists ? RCODE.NOERROR : RCODE.NXDOMAIN), answers, authorities };
  };
}

/** @param servers by address; `udp: false` and `tcp: false` close that way */
export async function startZoneServers(
  servers: Readonly<
    Record<string, ZoneAnswer | { readonly answer: ZoneAnswer; readonly udp?: false; readonly tcp?: false }>
  >,
): Promise<ZoneServers> {
  const asked: string[] = [];
  const open: (Server | Socket)[] = [];
  let port = 0;
  for (const [address, given] of Object.entries(servers)) {
    const { answer, udp, tcp } =
      typeof given === 'function' ? { answer: given, udp: undefined, tcp: undefined } : given;
    const reply = (bytes: Buffer, over: ZoneQuestion['over']): Buffer | undefined => {
      const request = decode(bytes);
      const [question] = request.questions ?? ([] as Question[]);
      if (question === undefined) return undefined;
      const edns = (request.additionals ?? []).some((one) => one.type === 'OPT');
      asked.push(`${address} ${question.type} ${question.name} ${over}${edns ? '' : ' plain'}`);
      const said = answer({ name: question.name.toLowerCase(), type: question.type, over, edns, request });
      if (said === undefined || Buffer.isBuffer(said)) return said;
      const id = request.id ?? 0;
      return encode({ type: 'response', id, questions: [question], ...said });
    };
    if (tcp !== false) {
      const server = createServer((socket) => {
        socket.on('error', () => socket.destroy());
        socket.once('data', (all) => {
          const message = reply(all.subarray(2), 'tcp');
          if (message === undefined) return;
          const length = Buffer.alloc(2);
          length.writeUInt16BE(message.length);
          socket.write(Buffer.concat([length, message]));
        });
      });
      server.listen(port, address);
      await once(server, 'listening');
      const own = server.address();
      port = typeof own === 'object' && own !== null ? own.port : 0;
      open.push(server);
    }
    if (udp !== false) {
      const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
      socket.on('error', () => undefined);
      socket.on('message', (bytes, peer) => {
        const message = reply(bytes, 'udp');
        if (message !== undefined) socket.send(message, peer.port, peer.address);
      });
      socket.bind(port, address);
      await once(socket, 'listening');
      port = socket.address().port;
      open.push(socket);
    }
  }
  return {
    port,
    asked,
    close: async () => {
      await Promise.all(
        open.map(async (one) => {
          const closed = once(one, 'close');
          one.close();
          if ('closeAllConnections' in one && typeof one.closeAllConnections === 'function')
            one.closeAllConnections();
          await closed;
        }),
      );
    },
  };
}
