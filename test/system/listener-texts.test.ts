/** The texts for a machine without Node, pasted into a shell as they are, and asked on loopback. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ListenerCode, spellCode } from '../../lib/kinds/listener/code.ts';
import { newListenerCode } from '../../lib/kinds/listener/new-code.ts';
import {
  challengeText,
  judgeProof,
  type ListenerProof,
  readProof,
  runKey,
} from '../../lib/kinds/listener/proof.ts';
import { spoken, wordsOf } from '../../lib/kinds/listener/words.ts';
import {
  type ListenerTextName,
  listenerText,
  type TextSettings,
} from '../../lib/report/listener-texts/index.ts';
import { freePorts } from '../bench/processes.ts';
import { endPasted, type GivenCode, type Pasted, pasteText } from './both-ends/pasted-text.ts';

const CODE = newListenerCode();
const RUN = '0123456789abcdef';
const FAMILIES = [
  { family: 'IPv4', host: '127.0.0.1', end: /^127\.0\.0\.1:\d+$/ },
  { family: 'IPv6', host: '::1', end: /^\[::1\]:\d+$/ },
] as const;
const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some((one) => one.address === '::1'));

/** With settings that few tests are about. */
const paste = (
  name: ListenerTextName,
  settings: Partial<TextSettings> & Pick<TextSettings, 'ports'>,
  code: GivenCode,
): Pasted => pasteText(listenerText(name, { mailPorts: [], minutes: 10, sources: [], ...settings }), code);

interface Answer {
  readonly text: string;
  readonly localPort: number;
}

/** Sends, and gives what came until the other side has closed. */
async function ask(
  port: number,
  host: string,
  send: string | Buffer,
  afterGreeting = false,
): Promise<Answer> {
  const socket = connect(port, host);
  let text = '';
  socket
    .on('error', () => undefined)
    .on('data', (bytes) => {
      if (afterGreeting && text === '') socket.write(send);
      text += bytes.toString('latin1');
    });
  await once(socket, 'connect');
  const { localPort = 0 } = socket;
  if (!afterGreeting) socket.write(send);
  await closed(socket);
  return { text, localPort };
}

/** A connection that was reset is closed as well. */
const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });

/** What comes later is read as well: a program whose output nobody reads ends. */
const untilPrinted = (stream: Readable, text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    let printed = '';
    stream.on('data', (more: Buffer) => {
      printed += more.toString('latin1');
      if (printed.includes(text)) resolve();
    });
    stream.on('end', () => reject(new Error(`it ended without ${text}: ${printed}`)));
  });

let nonces = 0;
const newChallenge = () => {
  nonces += 1;
  return { run: RUN, nonce: `${nonces}`.padStart(6, '7').padEnd(32, 'a') };
};

const judge = (text: string, challenge: { run: string; nonce: string }, code: ListenerCode = CODE) => {
  const proof = readProof(text);
  return [proof === undefined ? 'none' : judgeProof(runKey(code, RUN), challenge, proof), proof] as const;
};

const whole = (proof: ListenerProof | undefined): ListenerProof => {
  if (proof === undefined) throw new Error('no proof');
  return proof;
};

describe.each(['perl', 'python'] as const)('the text for %s', (name) => {
  let pasted: Pasted;
  let silent: Socket;
  let [plain = 0, mail = 0, taken = 0]: number[] = [];
  const holder = createServer();
  beforeAll(async () => {
    [plain = 0, mail = 0] = await freePorts(2);
    // On all addresses, as the text asks for.
    await new Promise<void>((resolve) => holder.listen(0, () => resolve()));
    taken = (holder.address() as AddressInfo).port;
    pasted = paste(
      name,
      { ports: [plain, mail, taken], mailPorts: [mail], healthPath: '/health' },
      { environment: spellCode(CODE) },
    );
    await pasted.until(new RegExp(`^${taken} .*\n`, 'm'));
    silent = connect(plain, '127.0.0.1');
    silent.on('error', () => undefined);
    await once(silent, 'connect');
  });
  afterAll(async () => {
    silent?.destroy();
    await endPasted(pasted);
    await new Promise((resolve) => holder.close(resolve));
  });

  it('says what it waits for, and which port it could not open', () => {
    expect(pasted.printed()).toMatch(new RegExp(`^${plain} WAITING  nothing has arrived$`, 'm'));
    expect(pasted.printed()).toMatch(new RegExp(`^${mail} WAITING  nothing has arrived$`, 'm'));
    expect(pasted.printed()).toMatch(new RegExp(`^${taken} NOT OPENED  .*in use`, 'im'));
  });

  describe.each(FAMILIES)('over $family', ({ family, host, end: expectedEnd }) => {
    it.skipIf(family === 'IPv6' && !hasIpv6).each([
      [
        'HTTP',
        () => plain,
        (text: string, words: string) => `GET /${text}/${words} HTTP/1.1\r\nHost: x\r\n\r\n`,
      ],
      ['a bare line', () => plain, (text: string, words: string) => `${text} ${words}\r\n`],
      ['SMTP', () => mail, (text: string, words: string) => `EHLO ${words}.${text}.invalid\r\n`],
    ] as const)('proves itself in answer to %s', async (protocol, port, request) => {
      const challenge = newChallenge();
      const words = wordsOf(challenge.nonce);
      const before = Math.floor(Date.now() / 1_000);
      const { text, localPort } = await ask(
        port(),
        host,
        request(challengeText(challenge), words),
        protocol === 'SMTP',
      );
      const [verdict, proof] = judge(text, challenge);
      expect([verdict, text]).toEqual(['proven', text]);
      const { destination, source, time } = whole(proof);
      expect(destination).toMatch(expectedEnd);
      expect(destination.endsWith(`:${port()}`)).toBe(true);
      expect(source).toMatch(expectedEnd);
      expect(source.endsWith(`:${localPort}`)).toBe(true);
      expect(time).toBeGreaterThanOrEqual(before);
      if (protocol === 'HTTP') expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
      if (protocol === 'SMTP') expect(text).toMatch(/^220 \S+\r\n250 icl1 /);
      await pasted.until(
        new RegExp(
          `^${port()} ARRIVED  \\d\\d:\\d\\d:\\d\\d from ${host}, read aloud: ${spoken(words)}$`,
          'm',
        ),
      );
    });
  });

  it('convinces nobody who has another code, or asked another question', async () => {
    const challenge = newChallenge();
    const { text } = await ask(plain, '127.0.0.1', `${challengeText(challenge)} x\r\n`);
    expect(judge(text, challenge, newListenerCode())[0]).toBe('wrong');
    expect(judge(text, { ...challenge, nonce: 'f'.repeat(32) })[0]).toBe('wrong');
  });

  it('answers a load balancer, and does not tell of it', async () => {
    const count = (): number => pasted.printed().split('\n').length;
    const challenge = newChallenge();
    const before = count();
    const { text } = await ask(plain, '127.0.0.1', 'GET /health HTTP/1.0\r\n\r\n');
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    await ask(plain, '127.0.0.1', `${challengeText(challenge)} ${wordsOf(challenge.nonce)}\r\n`);
    await pasted.until(new RegExp(spoken(wordsOf(challenge.nonce))));
    expect(count()).toBe(before + 1);
  });

  it('takes no mail', async () => {
    const { text } = await ask(mail, '127.0.0.1', 'EHLO relay.example.com\r\n', true);
    expect(text).toMatch(/^220 \S+\r\n421 [^\r\n]+\r\n$/);
  });

  it('tells of a TLS hello without waiting for more', async () => {
    const { text } = await ask(plain, '127.0.0.1', Buffer.from('16030100c8010000c40303', 'hex'));
    expect(judge(text, newChallenge())[0]).toBe('none');
  });

  it('prints nothing of a request but two words and a number', async () => {
    const challenge = newChallenge();
    await ask(
      plain,
      '127.0.0.1',
      Buffer.from(`\u001B[2J\u0007\u009Bpassword ${challengeText(challenge)} golf-hotel-55\r\n`, 'latin1'),
    );
    await pasted.until(/GOLF HOTEL 55/);
    expect(pasted.printed()).toMatch(/^[\n -~]*$/);
    expect(pasted.printed()).not.toMatch(/password|icl1/);
  });

  it('ends a connection that sends without end', async () => {
    const socket = connect(plain, '127.0.0.1');
    socket.on('error', () => undefined).resume();
    const more = Buffer.alloc(1_024, 'x');
    const pour = (): void => {
      while (socket.writable && socket.write(more));
    };
    socket.on('drain', pour).on('connect', pour);
    await closed(socket);
    const challenge = newChallenge();
    expect(
      judge((await ask(plain, '127.0.0.1', `${challengeText(challenge)} x\r\n`)).text, challenge)[0],
    ).toBe('proven');
  });

  it('ends a connection that says nothing', async () => {
    await closed(silent);
    expect(pasted.child.exitCode).toBeNull();
  });

  it('does not tell the code', () => {
    expect(pasted.printed().replace(/[\s-]/g, '')).not.toContain(CODE);
  });

  it('reads the code from standard input as people type it, and ends by itself', async () => {
    const [port = 0] = await freePorts(1);
    const typed = `${spellCode(CODE).replaceAll('0', 'o').replaceAll('1', 'l').toLowerCase()}\n`;
    const short = paste(name, { ports: [port], minutes: 1 / 60 }, { stdin: typed });
    expect(await short.ended).toBe(0);
    expect(short.printed()).toMatch(new RegExp(`${port} WAITING  nothing has arrived\nENDED .*\n$`));
  });

  it('refuses a code with a wrong character before it opens a port', async () => {
    const [port = 0] = await freePorts(1);
    const spelt = spellCode(CODE);
    const wrong = `${spelt.startsWith('7') ? '8' : '7'}${spelt.slice(1)}`;
    for (const code of [wrong, spelt.slice(1), 'no code', ''])
      for (const given of [{ stdin: `${code}\n` }, { environment: code || '-' }]) {
        const refused = paste(name, { ports: [port] }, given);
        expect(await refused.ended).not.toBe(0);
        expect(refused.printed()).toMatch(/not a code: look again\n$/);
      }
  });
});

describe('the text for nc', () => {
  it('shows who came and the words, and nothing else that a client sent', async () => {
    const [port = 0] = await freePorts(1);
    const pasted = paste('nc', { ports: [port] }, {});
    try {
      await pasted.until(/istening on/);
      const socket = connect(port, '127.0.0.1');
      const words = wordsOf(newChallenge().nonce);
      socket.write(
        `GET /${challengeText(newChallenge())}/${words} HTTP/1.1\r\nHost: \u001B[2Jx\r\nX: \u001B]0;in use\u0007\r\n\r\n`,
      );
      await pasted.until(/X: /);
      socket.destroy();
      expect(pasted.printed()).toMatch(
        new RegExp(`^${port} Connection received on 127\\.0\\.0\\.1 \\d+$`, 'm'),
      );
      expect(pasted.printed()).toMatch(new RegExp(`^${port} ARRIVED  read aloud: ${words}$`, 'm'));
      expect(pasted.printed()).toMatch(/^[\n -~]*$/);
      expect(pasted.printed()).not.toContain('Host:');
    } finally {
      await endPasted(pasted);
    }
  });

  it('ends by itself', async () => {
    const [port = 0] = await freePorts(1);
    const pasted = paste('nc', { ports: [port], minutes: 1 / 60 }, {});
    expect(await pasted.ended).toBe(0);
    expect(pasted.printed()).toMatch(/ENDED .*\n$/);
  });
});

describe('the text for nginx', () => {
  const folder = mkdtempSync(join(tmpdir(), 'listener-nginx-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is accepted by nginx, which answers and logs the words', async () => {
    const [port = 0] = await freePorts(1);
    const log = join(folder, 'inbound-check.log');
    const location = listenerText('nginx', {
      ports: [port],
      mailPorts: [],
      minutes: 30,
      healthPath: '/health',
      sources: [],
    }).replaceAll('/var/log/nginx/inbound-check.log', log);
    expect(location).toContain(`access_log ${log};`);
    mkdirSync(join(folder, 'temporary'));
    const temporary = ['client_body', 'proxy', 'fastcgi', 'scgi', 'uwsgi'];
    const file = join(folder, 'nginx.conf');
    writeFileSync(
      file,
      `daemon off; master_process off; pid ${folder}/nginx.pid; error_log stderr notice;
${process.getuid?.() === 0 ? 'user root;' : ''}
events {}
http { access_log off; ${temporary.map((one) => `${one}_temp_path ${folder}/temporary;`).join(' ')}
server { listen 127.0.0.1:${port}; location / { return 404; }
${location} } }`,
    );
    const { stderr } = await promisify(execFile)('nginx', ['-t', '-p', folder, '-e', 'stderr', '-c', file]);
    expect(stderr).toContain('test is successful');
    const nginx = spawn('nginx', ['-p', folder, '-e', 'stderr', '-c', file], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    try {
      await untilPrinted(nginx.stderr, 'using the "');
      const challenge = newChallenge();
      const words = wordsOf(challenge.nonce);
      const request = (path: string): string =>
        `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
      const { text } = await ask(port, '127.0.0.1', request(`/${challengeText(challenge)}/${words}`));
      expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
      expect(text).toMatch(/\n\r?\ninbound-check: the words are in the access log\n$/);
      expect((await ask(port, '127.0.0.1', request('/health'))).text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
      expect((await ask(port, '127.0.0.1', request('/'))).text).toMatch(/^HTTP\/1\.1 404 /);
      const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
      expect(lines).toHaveLength(1);
      expect(lines[0]).toContain(`/${words} HTTP/1.1" 200`);
    } finally {
      nginx.kill();
      await once(nginx, 'exit');
    }
  });
});
