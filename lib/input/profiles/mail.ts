import type { ProfileInput } from '../../model/profile.ts';

export const mail: ProfileInput = {
  id: 'mail',
  title: 'A mail server that takes mail from the internet',
  description:
    'SMTP on port 25 with STARTTLS; with the domain whose mail it takes, the MX must lead here and its mail route is checked, too.',
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
    {
      kind: 'mx',
      port: 25,
      expect: 'open',
      level: 'required',
      group: 'replies',
      reason:
        'Senders go by the MX records of the domain, and defer mail where its MTA-STS policy or TLSA records do not fit the servers.',
      source: 'RFC 5321 §5.1, RFC 8461 §5, RFC 7672 §2.2',
    },
  ],
};
