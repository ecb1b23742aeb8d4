import { secondsOf, type TextSettings } from './text-settings.ts';

/**
 * netcat-openbsd or Ncat, for a machine that has neither Perl nor Python: it answers nothing, a person reads the words. sed
 * lets through nothing but printable characters; a client that sends no line end meets the bound of its memory. All of it is one
 * foreground job of the shell it is pasted into: Ctrl-C ends every nc, which as jobs in the background would outlive it.
 */
export const ncText = ({ ports, ...settings }: TextSettings): string =>
  String.raw`(export LC_ALL=C; trap 'trap "" TERM; kill 0; wait' INT
for port in ${ports.join(' ')}; do
  (ulimit -v 200000
  timeout --foreground ${secondsOf({ ports, ...settings })} nc -nlkv -w 10 $port </dev/null 2>&1 | sed -un "
    s/.*icl1-[0-9a-f-]*[/ ]\([a-z]*-[a-z]*-[0-9][0-9]\).*/ARRIVED  read aloud: \1/
    s/[^[:print:]]/?/g
    s/\(.\{99\}\).*/\1/
    /^ARRIVED\|onnection [fr]\|istening\|in use\|enied/s/^/$port /p") &
done; wait; echo "ENDED    nothing listens any more")
`;
