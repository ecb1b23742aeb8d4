/** A mail server that says exactly what a test wrote for it, and keeps a log of all that it heard. */
import { createServer, type Socket } from 'node:net';
import { createSecureContext, type SecureContextOptions, TLSSocket } from 'node:tls';

/**
 * One step of a script. Steps run in order: first `on` (wait for a command line that matches), then `after` (ms), then `say`
 * (a string gets CR LF at its end, bytes go as they are), then `tls`, then `end`.
 */
export interface Step {
  readonly on?: RegExp;
  readonly after?: number;
  readonly say?: string | Buffer;
  /** Say the same again and again until the client leaves. */
  readonly forever?: boolean;
  /** Byte by byte, so many ms apart. */
  readonly drip?: number;
  /** Go on in TLS. */
  readonly tls?: SecureContextOptions;
  readonly end?: 'fin' | 'reset';
}

export interface SmtpScript {
  readonly port: number;
  /** Command lines in the order in which they came, over all connections, without CR LF. */
  readonly heard: string[];
  /** What a polite client does not do: spoke before its turn, no CR before LF, an unexpected command. */
  readonly offences: string[];
  connections: number;
  close(): Promise<void>;
}

/**
 * Starts the server on loopback. When the steps are used up it answers MAIL, RCPT and RSET with 250 and QUIT with 221 and FIN.
 * `implicitTls`: TLS from the first byte.
 */
export async function serveSmtp(
  steps: readonly Step[],
  options: { readonly implicitTls?: SecureContextOptions; readonly host?: string } = {},
): Promise<SmtpScript> {
  const sockets = new Set<Socket>();
  const heard: string[] = [];
  const offences: string[] = [];
  const log = { heard, offences };
  const server = createServer({ noDelay: true }, (socket) => {
    script.connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    if (options.implicitTls === undefined) return void run(socket, socket, steps, log);
    // The script begins behind the handshake: on a busy machine that may take longer than a step waits.
    const stream = secure(socket, options.implicitTls);
    stream.once('secure', () => void run(stream, socket, steps, log));
  });
  await new Promise<void>((resolve) => server.listen(0, options.host ?? '127.0.0.1', resolve));
  const address = server.address();
  const script: SmtpScript = {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    heard,
    offences,
    connections: 0,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
  return script;
}

type Log = Pick<SmtpScript, 'heard' | 'offences'>;

function secure(socket: Socket, tls: SecureContextOptions): TLSSocket {
  const stream = new TLSSocket(socket, { isServer: true, secureContext: createSecureContext(tls) });
  stream.on('error', () => socket.destroy());
  return stream;
}

async function run(first: Socket, raw: Socket, steps: readonly Step[], log: Log): Promise<void> {
  let stream = first;
  let lines = listen(stream, log);
  for (const step of steps) {
    if (step.on !== undefined) {
      const line = await lines.next();
      if (line === undefined) return;
      if (!step.on.test(line)) log.offences.push(`expected ${step.on.source}, heard ${line}`);
    }
    if (step.after !== undefined) await new Promise((resolve) => setTimeout(resolve, step.after));
    if (step.say !== undefined) await say(stream, step);
    if (step.tls !== undefined) {
      lines.stop();
      stream = secure(raw, step.tls);
      lines = listen(stream, log);
    }
    if (step.end === 'fin') return void stream.end();
    if (step.end === 'reset') return void raw.resetAndDestroy();
  }
  if (steps.length === 0 || steps.every((step) => step.on === undefined && step.say === undefined)) return;
  for (;;) {
    const line = await lines.next();
    if (line === undefined) return;
    if (/^QUIT$/i.test(line)) return void stream.end('221 2.0.0 Bye\r\n');
    stream.write(/^(MAIL|RCPT|RSET)/i.test(line) ? '250 2.0.0 Ok\r\n' : '503 5.5.1 Not in the script\r\n');
  }
}

async function say(stream: Socket, { say: what = '', forever, drip }: Step): Promise<void> {
  const bytes = typeof what === 'string' ? Buffer.from(`${what}\r\n`) : what;
  if (drip !== undefined) {
    for (const byte of bytes) {
      if (stream.destroyed) return;
      stream.write(Buffer.of(byte));
      await new Promise((resolve) => setTimeout(resolve, drip));
    }
    return;
  }
  do {
    if (stream.destroyed) return;
    const flushed = stream.write(bytes);
    // The client is in the same process and needs its turn.
    await new Promise<void>((resolve) => {
      if (flushed) return setImmediate(resolve);
      stream.once('drain', resolve);
      stream.once('close', resolve);
    });
  } while (forever === true);
}

/** Command lines one by one; undefined when the client has left. */
function listen(stream: Socket, log: Log): { next(): Promise<string | undefined>; stop(): void } {
  let rest = '';
  let over = false;
  let wanted: ((line: string | undefined) => void) | undefined;
  const give = (line: string | undefined) => {
    const resolve = wanted;
    wanted = undefined;
    resolve?.(line);
  };
  const onData = (chunk: Buffer) => {
    rest += chunk.toString('latin1');
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
      const line = rest.slice(0, end);
      rest = rest.slice(end + 1);
      if (!line.endsWith('\r')) log.offences.push(`no CR before LF: ${line}`);
      const command = line.replace(/\r$/, '');
      log.heard.push(command);
      if (wanted === undefined) log.offences.push(`spoke before its turn: ${command}`);
      else give(command);
    }
  };
  const onOver = () => {
    over = true;
    give(undefined);
  };
  stream.on('data', onData);
  stream.on('end', onOver);
  stream.on('close', onOver);
  return {
    next: () =>
      over
        ? Promise.resolve(undefined)
        : new Promise((resolve) => {
            wanted = resolve;
          }),
    stop() {
      stream.removeListener('data', onData);
      stream.removeListener('end', onOver);
      stream.removeListener('close', onOver);
    },
  };
}
