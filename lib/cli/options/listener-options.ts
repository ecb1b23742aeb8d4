/** Options of the commands that can ask a listener in the place of the servers. */
import { Option } from 'commander';

export const withListenerOption = (): Option =>
  new Option(
    '--with-listener',
    'ask "inbound-check listen" at the other end, in the place of the servers, for a proof',
  );

export const theyReadOption = (): Option =>
  new Option('--they-read', 'with it, without a code: a person there reads words aloud (see read-back)');
