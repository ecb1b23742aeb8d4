/** The part of a report that says what the evidence of both ends decides. */
import * as z from 'zod';
import { ReportedCause } from '../model/vocabulary.ts';
import { knownWords, ReportedSide } from './known-words.ts';
import { open } from './open-object.ts';

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const Count = z.int().min(0);

const DecidedRead = open({
  endpoint: z.string().describe('Id of the endpoint.'),
  address: z.string().describe('That was dialled.'),
  port: z.number().int(),
  cause: ReportedCause.optional().describe('Absent: nothing is wrong, or nothing is decided.'),
  side: ReportedSide.optional().describe('Who has to act.'),
  found: z
    .string()
    .describe(
      'The cause, or why there is none: arrived, gone, not-watched, strangers, too-few and others; by an unsigned text also not-in-text, let-in, dropped, no-answer.',
    ),
  summary: z.string(),
  fix: z.string().optional(),
  tiedBy: z
    .string()
    .optional()
    .describe(
      'How the packets are known to be the test’s: proof, source-and-port, tag, port, mark, source or alone.',
    ),
  arrived: open({ remote: z.string(), local: z.string() })
    .optional()
    .describe('Both ends of the connection as the listener’s machine saw them.'),
  packets: open({ syns: Count, synAcks: Count, rsts: Count, icmps: Count }).describe(
    'Of the test: SYNs that arrived, and SYN-ACKs, RSTs and ICMP errors that the listener’s machine sent.',
  ),
});

export const ReportListener = open({
  report: open({ sha256: Sha256, keyId: z.string().optional() }).describe(
    'The report that was joined: SHA-256 of the file, and the key that had signed it.',
  ),
  log: open({
    sha256: Sha256,
    keyId: z.string().optional(),
    unsigned: z
      .string()
      .optional()
      .describe(
        'A text that nobody has sealed, and its format: pktmon, pfirewall.log. What it decides is as good as the person who sent it.',
      ),
  }).describe(
    'What was joined: SHA-256 of the file, and of a listener’s log the short name of the code that had sealed it.',
  ),
  startedAt: z.iso
    .datetime()
    .optional()
    .describe(
      'Of a listener’s log, by the listener’s clock; an unsigned text has local times without a zone.',
    ),
  endedAt: z.iso.datetime().optional(),
  clockOffsetMs: z
    .number()
    .optional()
    .describe(
      'Listener’s clock less prober’s, by an exchange that both ends saw; absent: none, and they are taken to agree.',
    ),
  watched: z.array(z.number().int()).describe('Ports all of whose packets were watched all the time.'),
  decided: z.array(DecidedRead.transform(knownWords)),
});
export type ReportListener = z.infer<typeof ReportListener>;
export type Decided = ReportListener['decided'][number];
