import MailComposer from 'nodemailer/lib/mail-composer';
import { encodeWord } from 'nodemailer/lib/mime-funcs';

export interface MailParts {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly date: Date;
  /** Makes the boundary and the message's id: the same mail always gives the same bytes. */
  readonly fingerprint: string;
}

/**
 * RFC 5322 and RFC 2045 to 2047: text and HTML as alternatives, in lines of ASCII that every mail server accepts.
 * Without sender and recipients: mail programs open it as a draft (`X-Unsent`).
 */
export async function composeMail({ subject, text, html, date, fingerprint }: MailParts): Promise<string> {
  const composer = new MailComposer({
    // Without this, text that looks like an encoded word would be decoded as one.
    subject: subject.includes('=?') ? encodeWord(subject, 'B', 52) : subject,
    date,
    messageId: `<${fingerprint}@inbound-check.invalid>`,
    // RFC 3834: `Auto-Submitted` prevents out-of-office replies.
    headers: { 'X-Unsent': '1', 'Auto-Submitted': 'auto-generated' },
    text,
    html,
    encoding: 'quoted-printable',
    baseBoundary: fingerprint,
    newline: 'windows',
    // The texts quote untrusted servers: no address may be read from them.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return (await composer.compile().build()).toString('latin1');
}
