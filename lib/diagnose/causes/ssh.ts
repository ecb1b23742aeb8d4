import type { CauseCode } from '../../model/vocabulary.ts';
import type { Cause } from './cause.ts';

/** Faults of an SSH server's first line. */
export const sshCauses: Readonly<Record<Extract<CauseCode, `ssh.${string}`>, Cause>> = {
  'ssh.not-ssh': {
    code: 'ssh.not-ssh',
    side: 'service',
    severity: 'fail',
    summary: 'Something answers on this port, but it does not speak SSH.',
    proof:
      'Bytes came, but no line that begins with "SSH-" among the first 50 lines or 8 KB, nor within the time allowed. RFC 4253 ' +
      '§4.2 lets other lines come before it, so a first line of another kind alone proves nothing. The bytes are in the evidence.',
    next:
      'See which program listens on the port (ss -ltnp) and where the NAT rule forwards it. If the lines are a message of ' +
      'tcpwrappers or of a jump host, follow what they say.',
    references: ['RFC 4253 §4.2'],
  },
};
