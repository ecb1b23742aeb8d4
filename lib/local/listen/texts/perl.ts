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
 * A listener for Perl 5.20 or later and its core modules. It is pasted into a shell within single quotes, so it has none. It
 * reads 16 kB and 10 s of a connection at most, 60 at a time; of what a client sent it prints two words and a number, no more.
 */
export const perlText = (settings: TextSettings): string =>
  String.raw`perl -MIO::Socket::IP -MIO::Select -MDigest::SHA=hmac_sha256_hex -e '
my ($end, $all, $n, %talk) = (time + ${secondsOf(settings)}, IO::Select->new, 0); $| = 1; $SIG{PIPE} = "IGNORE";
my ($abc, $code) = ("${CODE_CHARACTERS.replace('$', String.raw`\$`)}", $ENV{${CODE_VARIABLE}});
if (!$code) { system "stty -echo 2>&-"; print "code: "; $code = <STDIN>; system "stty echo 2>&-" }
($code = uc $code) =~ tr/OIL \t\r\n-/011/d; my $last = chop $code;
$n = ($n * 32 + index $abc, $_) % 37 for split //, $code;
die "${NO_CODE}\n" if length $code != 16 || $last ne substr $abc, $n, 1;
for my $port (${listOf(settings.ports)}) {
  my @how = (LocalPort => $port, Listen => 64, ReuseAddr => 1, V6Only => 0);
  my $new; $new ||= IO::Socket::IP->new(LocalHost => $_, @how) for "::", "0.0.0.0";
  print "$port ", $new ? "WAITING  nothing has arrived\n" : "NOT OPENED  $!\n";
  $all->add($new), $new->blocking(0) if $new;
}
while (time < $end && $all->count) {
  for my $s ($all->can_read(1), grep { $talk{$_} && $talk{$_}[0] < time } $all->handles) {
    if (!$talk{$s}) {
      my $new = $s->accept or next; next if keys %talk > 60; $new->blocking(0); $all->add($new);
      my ($here, $from) = map { s/^::ffff:(?=\d+\.)//r } $new->sockhost, $new->peerhost;
      my $port = $new->sockport; my @ends = ("$here:$port", "$from:" . $new->peerport);
      $talk{$new} = [time + 10, $port, $from, "", map { s/^(.*:.*):/[$1]:/r } @ends];
      syswrite $new, "220 no.mail.here\r\n" if grep $_ == $port, (${listOf(settings.mailPorts)}); next;
    }
    my ($by, $port, $from, $t, @ends) = @{$talk{$s}};
    $n = sysread $s, $t, 8192, length $t; $talk{$s}[3] = $t;
    next if $n && $by >= time && length $t < 8192 && $t !~ /${COMPLETE_PATTERN}/;
    my $line = $t =~ /${CHALLENGE_PATTERN}/ ? "$2 @ends " . time : "";
    my $key = hmac_sha256_hex("inbound-check run $1", $code);
    $line = "icl1 $line " . hmac_sha256_hex("icl1 $1 $line", $key) . "\r\n" if $line;
    my $said = $line && $t =~ /\b([a-z]{2,9})-([a-z]{2,9})-(\d\d)\b/
      ? ", read aloud: " . uc "$1 $2 $3" : " without our challenge";
    if ($t =~ /^EHLO/i) { $line = $line ? "250 $line" : "421 no.mail.here\r\n" }
    if ($t =~ / HTTP.1|^\x16/) { $line = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n$line" }
    syswrite $s, $line; $all->remove($s); delete $talk{$s}; close $s;
    ${unlessHealth(settings)}print "$port ARRIVED  ", (split " ", gmtime)[3], " from $from$said\n";
  }
}
print "ENDED    nothing listens any more\n";
'
`;

/** What a load balancer asks for is answered as anything is, and not told: it comes every few seconds. */
const unlessHealth = ({ healthPath }: TextSettings): string =>
  healthPath === undefined ? '' : String.raw`next if $t =~ m{^[A-Z]+ \Q${healthPath}\E };${'\n    '}`;
