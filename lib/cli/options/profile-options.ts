import type { Command } from 'commander';
import { collect } from './collect.ts';

/** The options of a profile; read by lib/input/request/profile-flags.ts. */
export const addProfileOptions = (command: Command): Command =>
  command
    .option('--dependencies', "also check the far ends that the profile's product needs")
    .option('--quic', 'also check whether UDP 443 gets through (profile web)')
    .option('--replies [domain]', 'also check port 25 for replies, and that the MX of the domain leads there')
    .option('--public-ui', 'the web interface is meant for the whole internet: no warning')
    .option('--private-ui', 'the web interface must not be reachable from the internet')
    .option(
      '--from-allow-listed <vantage>',
      'this vantage must reach the web interface, all others must not (repeatable)',
      collect,
    );
