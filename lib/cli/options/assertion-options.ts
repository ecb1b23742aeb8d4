import type { Command } from 'commander';
import { collect } from './collect.ts';

/** Also those of `target add`. */
export function addAssertionOptions(command: Command): void {
  command
    .optionsGroup('What must hold beyond an answer:')
    .option('--expect-status <codes>', 'accepted HTTP status codes, as 200,301 or 200-299')
    .option('--redirect-to-https', 'http must lead to https on the same host')
    .option('--title-contains <text>', "the page's title contains this text")
    .option('--body-contains <text>', 'the page contains this text')
    .option('--acme-path', 'the HTTP-01 path of certificate authorities gets through on http')
    .option('--cert-days <days>', 'fail when a certificate has fewer days left')
    .option('--cert-days-warn <days>', 'warn when a certificate has fewer days left')
    .option('--tls-min <version>', 'no protocol older than this is accepted: 1.0, 1.1, 1.2 or 1.3')
    .option('--require-starttls', 'SMTP offers STARTTLS with a certificate that verifies')
    .option('--recipient <address>', 'SMTP accepts this recipient (nothing is sent to it)')
    .option('--relay-test', 'SMTP refuses a foreign recipient at example.com')
    .option('--mx-domain <domain>', "the domain's MX leads to this mail server")
    .option(
      '--issuer <authority>',
      'dns://NAME: its CAA records let this authority issue, as letsencrypt.org',
    )
    .option(
      '--expect-address <address>',
      'the name resolves to this address and no other (repeatable)',
      collect,
    );
}
