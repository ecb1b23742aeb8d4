import type { FirstBytes } from '../../model/observed.ts';

/** Words of a server that refuses a client; OpenSSH: sshd.c, "Exceeded MaxStartups", "Not allowed at this time". */
const REFUSAL =
  /exceeded|not allowed|refused|denied|reject|too many|limit|maximum|banned|blocked|forbidden|not (permitted|authori[sz]ed)|try again|later|unavailable|busy|in use|no (free|more) (vty|lines?|sessions?)|goodbye|\bbye\b|closed|error|fail/i;
/** Other protocols that may use the port: replies by number (SMTP, FTP), HTTP, POP3, IMAP, VNC, markup, MySQL and other binary ones. */
const OTHER_PROTOCOL = /^\s*(\d{3}[ -]|HTTP\/|\+OK|-ERR|\* |RFB |<|\{|\\x)|\\x00/;

/**
 * A line of text that refuses the client, and the end of the connection, in place of the identification (RFC 4253 §4.2
 * lets a server send such lines).
 */
export const isRefusedByText = ({ end, text }: FirstBytes): boolean =>
  (end === 'fin' || end === 'reset') && REFUSAL.test(text) && !OTHER_PROTOCOL.test(text);

/** OpenSSH, to a client whose first line is not an identification: kex.c, "Invalid SSH identification string."; before 7.9 "Protocol mismatch.". */
export const rejectsIdentification = (text: string): boolean =>
  /invalid ssh identification string|protocol mismatch\.|bad (remote )?protocol version/i.test(text);

/** The first line of printable text, in which line ends are shown as `\r\n`. */
export const firstLine = (text: string): string => text.split(/\\r|\\n/)[0]?.slice(0, 120) ?? '';
