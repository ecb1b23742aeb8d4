/** What a text for a machine without Node is made from. */
export interface TextSettings {
  /** TCP ports, each once. */
  readonly ports: readonly number[];
  /** Those of them on which mail is expected: the text speaks first there, as a mail server does. */
  readonly mailPorts: readonly number[];
  /** How long the text listens, in minutes. */
  readonly minutes: number;
  /** Path that a load balancer asks for. It has passed `isPlainPath`. */
  readonly healthPath?: string;
  /** Addresses and CIDR blocks that the test comes from; empty: nobody has named them yet. */
  readonly sources: readonly string[];
}

/** Environment variable with the code; without it a text reads one line from standard input. */
export const CODE_VARIABLE = 'INBOUND_CHECK_LISTENER_CODE';

/** Letters of codes (Crockford's Base32), then the further check characters: lib/kinds/listener/code.ts. */
export const CODE_CHARACTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U';

/** What a person reads who typed another code. */
export const NO_CODE = 'not a code: look again';

/** Patterns of a challenge and of its words, for languages whose regular expressions are as Perl's. */
export const CHALLENGE_PATTERN = 'icl1-([0-9a-f]{16})-([0-9a-f]{32})';
/** A TLS hello, a first line that begins no HTTP request, or the head of one: nothing more has to be waited for. */
export const COMPLETE_PATTERN = String.raw`^\x16|^(?![A-Z]+ \S+ HTTP).*\n|\n\r?\n`;

const PLAIN_PATH = /^\/[A-Za-z0-9._~/-]{0,39}$/;

/** True if a path can stand between quotes in each of the languages here, and on one line. */
export const isPlainPath = (path: string): boolean => PLAIN_PATH.test(path);

export const secondsOf = ({ minutes }: TextSettings): number => Math.round(minutes * 60);

/** `80, 443, 25`, as arrays and lists of most languages have it. */
export const listOf = (ports: readonly number[]): string => ports.join(', ');
