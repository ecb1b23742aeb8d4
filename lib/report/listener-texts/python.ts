import { fillPython } from './one-screen.ts';
import {
  CHALLENGE_PATTERN,
  CODE_CHARACTERS,
  CODE_VARIABLE,
  listOf,
  NO_CODE,
  secondsOf,
  type TextSettings,
} from './text-settings.ts';

/**
 * A listener for Python 3.6 or later with its standard library alone. It is pasted into a shell within single quotes, so it has none.
 * It looks at the first 8 kB that arrive at once, and ends a connection after 10 s; of what a client sent it prints two words and a
 * number, no more. What is no EHLO is answered as HTTP is: a proof is found in that as well. `t` is the bytes as Python
 * writes them (`b"EHLO …`), or the fault of a connection that broke; `a` the answer.
 */
export const pythonText = (settings: TextSettings): string =>
  `${fillPython(
    [
      [
        `python3 -uc 'import getpass, hmac, os, re, time; from asyncio import *`,
        `c = os.environ.get("${CODE_VARIABLE}") or getpass.getpass("code: ")`,
        String.raw`c = re.sub(r"[\s-]", "", c.upper()).translate({79: "0", 73: "1", 76: "1"}); abc = "${CODE_CHARACTERS}"`,
        `c[16:] == abc[sum(abc.find(x) << 75 - 5 * i for i, x in enumerate(c[:16])) % 37] or exit("${NO_CODE}")`,
        'mac = lambda k, t: hmac.new(k.encode(), t.encode(), "sha256").hexdigest()',
        'at = lambda e: ("[%s]:%d" if e[2:] else "%s:%d") % e[:2]',
        `loop = new_event_loop(); loop.call_later(${secondsOf(settings)}, loop.stop); loop.add_signal_handler(2, loop.stop)`,
      ],
      ['async def got(x): return (await gather(x, return_exceptions=True))[0]'],
      [
        'async def talk(r, w): me, you = map(w.get_extra_info, ("sockname", "peername"))',
        String.raw`loop.call_later(10, w.transport.abort); w.write(b"220 test\r\n" * (me[1] in [${listOf(settings.mailPorts)}]))`,
        `t = str(await got(r.read(8192))); m = re.search("${CHALLENGE_PATTERN}", t)`,
        'f = m and f"{m[2]} {at(me)} {at(you)} {time.time():.0f}"',
        String.raw`a = "icl1 %s %s\r\n" % (f, mac(mac(c[:16], "inbound-check run " + m[1]), f"icl1 {m[1]} {f}")) if m else ""`,
        String.raw`m = m and re.search(r"[a-z]{2,9}-[a-z]{2,9}-\d\d\b", t)`,
        `${unlessHealth(settings)}print(me[1], time.strftime("ARRIVED  %T from", time.gmtime()), you[0] + (", read aloud: " + m[0].upper().replace("-", " ") if m else " without our challenge"))`,
        String.raw`w.write((("HTTP/1.1 200 OK\r\n\r\n" if t[2:6].upper() != "EHLO" else "250 " if a else "421 no mail\r\n") + a).encode()); w.close()`,
      ],
      [
        `for p in [${listOf(settings.ports)}]: e = getattr(loop.run_until_complete(got(start_server(talk, None, p))), "strerror", 0)`,
        'print(p, "NOT OPENED  " + e if e else "WAITING  nothing has arrived")',
      ],
      [`loop.run_forever(); print("ENDED    nothing listens any more")'`],
    ]
      .map((statements) => statements.join('; '))
      .join('\n'),
  )}
`;

/** What a load balancer asks for is answered as anything is, and not told: it comes every few seconds. */
const unlessHealth = ({ healthPath }: TextSettings): string =>
  healthPath === undefined ? '' : `" ${healthPath} " in t or `;
