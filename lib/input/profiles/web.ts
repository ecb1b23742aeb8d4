import type { ProfileInput } from '../../model/profile.ts';

export const web: ProfileInput = {
  id: 'web',
  title: 'A public web site',
  description: 'HTTPS that works, and HTTP that leads there.',
  sources: ['RFC 9110', 'RFC 6797'],
  rows: [
    {
      kind: 'http',
      port: 80,
      path: '/',
      expect: 'open',
      level: 'required',
      reason: 'A visitor who types the name alone arrives by HTTP and is redirected to HTTPS.',
      source: 'RFC 6797 §7.2',
      assertions: { redirectToHttps: true },
    },
    {
      kind: 'https',
      port: 443,
      path: '/',
      expect: 'open',
      level: 'required',
      reason: 'The site itself, with a certificate that verifies.',
      source: 'RFC 9110 §4.2.2',
    },
    {
      kind: 'quic',
      port: 443,
      expect: 'open',
      level: 'recommended',
      group: 'quic',
      reason: 'Browsers load the site by HTTP/3 where UDP 443 gets through, and by TCP where it does not.',
      source: 'RFC 9114 §3.1',
    },
  ],
};
