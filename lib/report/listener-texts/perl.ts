import { fillPerl } from './one-screen.ts';
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
 * A listener for Perl 5.20 or later and its core modules. It is pasted into a shell within single quotes, so it has none. Each
 * connection has a process of its own, 60 at a time, that reads 16 kB and 10 s at most; of what a client sent it prints two words
 * and a number, no more. What is no EHLO is answered as HTTP is: a proof is found in that as well.
 */
export const perlText = (settings: TextSettings): string =>
  `${fillPerl(String.raw`perl -MIO::Socket::IP -MIO::Select -MDigest::SHA=hmac_sha256_hex -e '$|++;
if (!($c = $ENV{${CODE_VARIABLE}})) { ${'`stty␠-echo␠2>&-`'}; print "code: "; $c = <>; print ${'`stty␠echo␠2>&-;echo`'} }
($c = uc $c) =~ tr/OIL␠\t\r\n-/011/d; $k = chop $c;
$abc = "${CODE_CHARACTERS.replace('$', String.raw`\$`)}"; $r = ($r * 32 + index $abc, $_) % 37 for split //, $c;
$c =~ /^.{16}$/ && $k eq substr $abc, $r, 1 or die "${NO_CODE}\n";
$o = IO::Select->new; for $p (${listOf(settings.ports)}) {
  $s = 0; $s ||= IO::Socket::IP->new(LocalAddr => "$_:$p", Listen => 64, ReuseAddr => 1, V6Only => 0) for "[::]", "0.0.0.0";
  $s && $o->add($s); print "$p ", $s ? "WAITING  nothing has arrived\n" : "NOT OPENED  $!\n" }
while (time < $^T + ${secondsOf(settings)} && $o->count) { for ($o->can_read(1)) {
  $s = $_->accept or next; if ($p = fork // next) { close $s; ++$n > 60 && wait; next }
  close $_ for $o->handles; $SIG{ALRM} = sub { close $s }; alarm 10; $p = $s->sockport;
  ($me, $you) = map { s/^::ffff:(?=.*\.)//r =~ s/^(.*:.*):/[$1]:/r } $s->sockhost . ":$p", $s->peerhost . ":" . $s->peerport;
  syswrite $s, "220 test\r\n" if grep $_ == $p, (${listOf(settings.mailPorts)});
  1 while sysread($s, $t, 8192, length $t) && length $t < 8192 && $t !~ /${COMPLETE_PATTERN.replaceAll(' ', '␠')}/;
  $t =~ /${CHALLENGE_PATTERN}/ and $l = "$2 $me $you " . time and
  $l = "icl1 $l " . hmac_sha256_hex("icl1 $1 $l", hmac_sha256_hex("inbound-check run $1", $c)) . "\r\n";
  $you =~ s/[][]|:\d+$//g; ${unlessHealth(settings)}print "$p ARRIVED  ", substr(gmtime, 11, 8), " from $you",
  $l && $t =~ /([a-z]{2,9}-[a-z]{2,9}-\d\d)\b/ ? ", read aloud: " . uc $1 =~ y/-/␠/r : " without our challenge", "\n";
  syswrite $s, ($t !~ /^EHLO/i ? "HTTP/1.1 200 OK\r\n\r\n" : $l ? "250 " : "421 no mail\r\n") . $l; exit } }
print "ENDED    nothing listens any more\n"'`)}
`;

/** What a load balancer asks for is answered as anything is, and not told: it comes every few seconds. */
const unlessHealth = ({ healthPath }: TextSettings): string =>
  healthPath === undefined ? '' : String.raw`$t =~ m{^\w+␠\Q${healthPath}\E␠} or `;
