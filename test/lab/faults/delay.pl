# Delays packets: reads them from a TUN device and writes each back after MS milliseconds, so that the kernel routes it
# on from there. Node has no ioctl, which attaching to a TUN device needs, and every Debian has perl-base.
#   perl delay.pl DEVICE MS
use strict;
use warnings;
use Time::HiRes qw(time);

my ($device, $ms) = @ARGV;
my ($TUNSETIFF, $IFF_TUN, $IFF_NO_PI) = (0x400454ca, 0x0001, 0x1000);
sysopen(my $tun, '/dev/net/tun', 2) or die "/dev/net/tun: $!";
ioctl($tun, $TUNSETIFF, pack('Z16 S x22', $device, $IFF_TUN | $IFF_NO_PI)) or die "$device: $!";

my @held;
while (1) {
    my $wait = @held ? $held[0][0] - time : undef;
    $wait = 0 if defined $wait && $wait < 0;
    my $ready = '';
    vec($ready, fileno($tun), 1) = 1;
    if (select($ready, undef, undef, $wait) > 0) {
        my $length = sysread($tun, my $packet, 65536) or die "$device: $!";
        # Bounded: a router's queue is too.
        push @held, [time + $ms / 1000, $packet] if @held < 1000;
    }
    while (@held && $held[0][0] <= time) {
        syswrite($tun, (shift @held)->[1]);
    }
}
