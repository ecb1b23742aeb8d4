import {
  CHALLENGE_PATTERN,
  CODE_CHARACTERS,
  CODE_VARIABLE,
  COMPLETE_PATTERN,
  listOf,
  NO_CODE,
  secondsOf,
  type TextSettings,
} from './text-settings.ts';

/**
 * A listener for Python 3.6 or later with its standard library alone. It is pasted into a shell within single quotes, so it
 * has none. It reads 8 kB and 10 s of a connection at most; of what a client sent it prints two words and a number, no more.
 */
export const pythonText = (settings: TextSettings): string => String.raw`python3 -uc '
import asyncio, getpass, hmac, os, re, signal, sys, time; signal.signal(2, signal.SIG_DFL)
code, abc = os.environ.get("${CODE_VARIABLE}"), "${CODE_CHARACTERS}"
code = code or (getpass.getpass("code: ") if sys.stdin.isatty() else sys.stdin.readline(99))
code = re.sub(r"[\s-]", "", code.upper()).translate(str.maketrans("OIL", "011"))
rest = sum(abc.find(c) << 75 - 5 * i for i, c in enumerate(code[:16])) % 37
code[16:] == abc[rest] or sys.exit("${NO_CODE}")
mac = lambda key, text: hmac.new(key.encode(), text.encode(), "sha256").hexdigest()
at = lambda end: ("[%s]:%d" if ":" in end[0] else "%s:%d") % end[:2]
class Talk(asyncio.Protocol):
 def connection_made(self, w):
  self.w, self.t, self.me, self.you = (w, "", *map(w.get_extra_info, ("sockname", "peername")))
  loop.call_later(10, w.abort); w.write(b"220 no.mail.here\r\n" * (self.me[1] in [${listOf(settings.mailPorts)}]))
 def data_received(self, data):
  self.t += data.decode("latin1")[:8192]; t, me, you, line = self.t, self.me, self.you, ""
  if len(t) < 8192 and not re.search(r"${COMPLETE_PATTERN}", t): return
  for run, nonce in re.findall("${CHALLENGE_PATTERN}", t)[:1]:
   line = "%s %s %s %d" % (nonce, at(me), at(you), time.time())
   key = mac(code[:16], "inbound-check run " + run)
   line = "icl1 %s %s\r\n" % (line, mac(key, "icl1 %s %s" % (run, line)))
  if t[:4].upper() == "EHLO": line = "250 " + line if line else "421 no.mail.here\r\n"
  if " HTTP/1" in t or t < "\x17": line = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + line
  self.w.write(line.encode()); self.w.close()
 def connection_lost(self, why):
  words = re.search(r"\b[a-z]{2,9}-[a-z]{2,9}-[0-9]{2}\b", self.t) if "icl1-" in self.t else ""
  said = " without our challenge"
  if words: said = ", read aloud: " + words.group().upper().replace("-", " ")
  now = time.strftime(" ARRIVED  %H:%M:%S from ", time.gmtime())
  ${unlessHealth(settings)}print(str(self.me[1]) + now + self.you[0] + said)
loop = asyncio.new_event_loop(); loop.call_later(${secondsOf(settings)}, loop.stop)
for port in [${listOf(settings.ports)}]:
 try: loop.run_until_complete(loop.create_server(Talk, None, port))
 except OSError as why: print(port, "NOT OPENED ", why.strerror)
 else: print(port, "WAITING  nothing has arrived")
loop.run_forever(); print("ENDED    nothing listens any more")
'
`;

/** What a load balancer asks for is answered as anything is, and not told: it comes every few seconds. */
const unlessHealth = ({ healthPath }: TextSettings): string =>
  healthPath === undefined ? '' : `if self.t.split(" ")[1:2] != ["${healthPath}"]: `;
