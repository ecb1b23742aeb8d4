import type { ProfileInput } from '../../model/profile.ts';

export const mail: ProfileInput = {
  id: 'mail',
  title: 'A mail server that takes mail from the internet',
  description: 'SMTP on port 25 with STARTTLS; with --replies DOMAIN the MX of that domain must lead here.',
  sources: ['RFC 5321', 'RFC 3207', 'RFC 8461'],
  rows: [
    {
      kind: 'smtp',
      port: 25,
      expect: 'open',
      level: 'required',
      reason: 'Other mail servers deliver on port 25, and encrypt where STARTTLS is offered.',
      source: 'RFC 5321 §4.5.4.2, RFC 3207 §4',
      assertions: { starttls: true },
    },
  ],
};
