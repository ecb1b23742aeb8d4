import type { CauseGroup } from '../contract/cause.ts';

/** Faults of an SSH server's first line. */
const causes: CauseGroup<'ssh'>['causes'] = {
  'ssh.not-ssh': {
    code: 'ssh.not-ssh',
    summary: 'Something answers on this port, but it does not speak SSH.',
    proof:
      'Bytes came, but no line that begins with "SSH-" among the first 50 lines or 8 KB, nor within the time allowed. RFC 4253 ' +
      '§4.2 lets other lines come before it, so a first line of another kind alone proves nothing. The bytes are in the evidence.',
    next:
      'See which program listens on the port (ss -ltnp) and where the NAT rule forwards it. If the lines are a message of ' +
      'tcpwrappers or of a jump host, follow what they say.',
    references: ['RFC 4253 §4.2'],
  },
  'ssh.turns-away': {
    code: 'ssh.turns-away',
    summary: 'An SSH server answers, but turns this client away.',
    proof:
      'In place of the identification, or right after it, the server sends a line that refuses the client (OpenSSH: "Exceeded ' +
      'MaxStartups", "Not allowed at this time") and closes, or it closes at once after its identification. RFC 4253 §4.2 has the server wait for ' +
      'the client there. The port is open all the same: it takes others, or the same client later.',
    next:
      'MaxStartups: too many connections are logging in; see who they are (ss -tn sport = :PORT) and limit guessing (PerSourceMaxStartups, ' +
      'fail2ban). "Not allowed at this time": the source address has a penalty (PerSourcePenalties); wait, or except it. Closed without ' +
      'anything: see the log of sshd, and the hosts.deny or firewall of the server.',
    references: ['RFC 4253 §4.2', 'https://man.openbsd.org/sshd_config (MaxStartups, PerSourcePenalties)'],
  },
};

export const sshCauses: CauseGroup<'ssh'> = {
  title: 'SSH',
  about: 'The identification line of the server.',
  causes,
};
