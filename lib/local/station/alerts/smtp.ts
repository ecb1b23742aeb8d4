/** Alerts by mail through a server of one's own (SMTP, RFC 5321). */
import { createHash } from 'node:crypto';
import {
  guardedSocket,
  NotConnected,
  type WebhookNetwork,
} from '../../../service/alerts/guarded-connector.ts';
import type { PublishMail } from '../../../service/ports/mail.ts';
import type { Telemetry } from '../../../service/ports/telemetry.ts';
import { failure } from '../../../service/runs/failure.ts';
import { trustAnchors as anchorsOf } from '../../../x509/trust-anchors.ts';
import type { MailSettings } from './mail-settings.ts';

export interface SmtpPorts {
  /** Made again for each mail: nothing that was looked up is kept. */
  readonly network: () => WebhookNetwork;
  readonly telemetry: Telemetry;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds for one mail, from the name of the server to its answer. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 20_000;
/** Bytes of one answer of the server. */
const MAX_ANSWER = 16_384;

/**
 * RFC 5322 §3.6.4: one mail has one Message-ID, so a repeated one is known as the same. The reference, which all mails
 * about one target share, puts the end of a fault beside its beginning.
 */
export function mailIds(
  event: { readonly id: string; readonly fleet: string; readonly target: string },
  from: string,
) {
  const domain = from.slice(from.lastIndexOf('@') + 1);
  const thread = createHash('sha256')
    .update(JSON.stringify([event.fleet, event.target]))
    .digest('hex')
    .slice(0, 32);
  return { messageId: `<${event.id}@${domain}>`, references: `<target.${thread}@${domain}>` };
}

/**
 * What the server refuses for good (5yz to sender, recipients or text) is `refused`. A refused login is not: the password
 * may be put right. The log has codes, and neither addresses nor what the server said.
 */
export function createSmtpMail(settings: MailSettings, ports: SmtpPorts): PublishMail {
  const { telemetry, now } = ports;
  return async (mail, event) => {
    const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
    const message = await new MailComposer({
      from: settings.from,
      to: [...settings.to],
      subject: mail.subject,
      text: mail.text,
      date: new Date(now()),
      ...mailIds(event, settings.from),
      // RFC 3834 §5: nobody's out-of-office reply answers it.
      headers: { 'Auto-Submitted': 'auto-generated' },
      encoding: 'quoted-printable',
      disableFileAccess: true,
      disableUrlAccess: true,
    })
      .compile()
      .build();
    try {
      const rejected = await sendOne(settings, ports, message);
      if (rejected > 0) telemetry.warn('some recipients of alerts are refused', { rejected });
      return 'delivered';
    } catch (error) {
      const { code, responseCode, command } = detailsOf(error);
      if (responseCode !== undefined && responseCode >= 500 && REFUSING.includes(command ?? '')) {
        telemetry.error('mail refused permanently', { event: event.id, responseCode, command });
        return 'refused';
      }
      throw failure(
        'StoreFailed',
        `mail was not taken (${[code, responseCode, command].filter(Boolean).join(', ')})`,
      );
    }
  };
}

/** Commands whose answer is about this mail. */
const REFUSING: readonly string[] = ['MAIL FROM', 'RCPT TO', 'DATA'];

/** Gives the number of recipients that the server did not want, if there is one that it took. */
async function sendOne(
  { host, port, tls, login, from, to, trustAnchors }: MailSettings,
  { network, timeoutMs = TIMEOUT_MS }: SmtpPorts,
  message: Buffer,
): Promise<number> {
  const { default: SmtpConnection } = await import('nodemailer/lib/smtp-connection');
  const socket = await guardedSocket(network(), host, port, timeoutMs);
  const connection = new SmtpConnection({
    connection: socket,
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    socketCloseTimeout: 0,
    maxResponseSize: MAX_ANSWER,
    tls: {
      minVersion: 'TLSv1.2',
      ...(trustAnchors.length > 0 && { ca: [...anchorsOf(trustAnchors).pems] }),
    },
  });
  return new Promise<number>((resolve, reject) => {
    const end = (work: () => void): void => {
      clearTimeout(timer);
      // First: `close` ends with the event `end`, which is a failure only while nothing else is known.
      work();
      connection.close();
    };
    const timer = setTimeout(() => end(() => reject(late())), timeoutMs);
    const fail = (error: unknown): void => end(() => reject(error));
    connection.on('error', fail);
    connection.once('end', () => fail(closed()));
    const send = (): void =>
      connection.send({ from, to: [...to] }, message, (error, info) =>
        error ? fail(error) : end(() => resolve(info?.rejected.length ?? 0)),
      );
    connection.connect((error) => {
      if (error) fail(error);
      else if (login === undefined) send();
      else
        connection.login({ user: login.user, pass: login.password }, (refused) =>
          refused ? fail(refused) : send(),
        );
    });
  });
}

const closed = (): Error =>
  Object.assign(new Error('the server closed the connection'), { code: 'ECONNECTION' });
const late = (): Error =>
  Object.assign(new Error('the server did not answer in time'), { code: 'ETIMEDOUT' });

function detailsOf(error: unknown): {
  readonly code?: string;
  readonly responseCode?: number;
  readonly command?: string;
} {
  if (!(error instanceof Error)) return {};
  // Our own connector's words have no text of a peer; messages of others may.
  if (error instanceof NotConnected) return { code: error.message };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return {
    code,
    ...('responseCode' in error &&
      typeof error.responseCode === 'number' && { responseCode: error.responseCode }),
    ...('command' in error && typeof error.command === 'string' && { command: error.command }),
  };
}
