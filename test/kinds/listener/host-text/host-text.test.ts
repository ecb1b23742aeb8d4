import { describe, expect, it } from 'vitest';
import { MAX_HOST_PACKETS } from '../../../../lib/kinds/listener/host-text/host-packet.ts';
import { decodeHostText, readHostText } from '../../../../lib/kinds/listener/host-text/host-text.ts';

const PORTS = new Set([443]);
const HEADER = `#Version: 1.5
#Software: Microsoft Windows Firewall
#Time Format: Local
#Fields: date time action protocol src-ip dst-ip src-port dst-port size tcpflags tcpsyn tcpack tcpwin icmptype icmpcode info path
`;
const head = (number: number, direction: 'Rx' | 'Tx', drop = ''): string =>
  `10:14:0${number}.539704700 ${drop === '' ? '' : 'Drop: '}PktGroupId 56294995342150${number}, PktNumber 1, Appearance 1, Direction ${direction} , Type Ethernet , Component 78, Edge 1, Filter 1, ${drop === '' ? '' : `DropReason ${drop} , DropLocation 0xE000460A, `}OriginalSize 66, LoggedSize 66\n`;
const frame = (ends: string, flags: string, options = ''): string =>
  `\t40-EC-99-B9-17-25 > F0-B4-D2-5A-D3-E2, ethertype IPv4 (0x0800), length 66: ${ends}: Flags [${flags}], seq 1995496356, win 64240${options}, length 0\n`;
const IN = '198.51.100.9.50412 > 10.0.3.4.443';
const OUT = '10.0.3.4.443 > 198.51.100.9.50412';
const ENDS = { remote: '198.51.100.9:50412', local: '10.0.3.4:443' };

describe('pfirewall.log', () => {
  const packets = (lines: string, header = HEADER) => readHostText(`${header}${lines}`, PORTS)?.packets;

  it('gives what was dropped and let in, with the local time as it stands there', () => {
    const text = `
2026-11-30 10:14:03 DROP TCP 198.51.100.9 10.0.3.4 50412 443 52 S 1640769051 0 64240 - - - RECEIVE
2026-11-30 10:14:04 ALLOW TCP 2001:DB8:0:0::9 2001:db8::4 50413 443 0 - 0 0 0 - - - RECEIVE
2026-11-30 10:14:05 OPEN-INBOUND TCP 198.51.100.9 10.0.3.4 50414 443 - - - - - - - - -
`;
    expect(packets(text)).toEqual([
      { what: 'firewall-drop', ...ENDS, at: Date.parse('2026-11-30T10:14:03Z') },
      {
        what: 'allowed',
        remote: '[2001:db8::9]:50413',
        local: '[2001:db8::4]:443',
        at: Date.parse('2026-11-30T10:14:04Z'),
      },
      {
        what: 'allowed',
        remote: '198.51.100.9:50414',
        local: '10.0.3.4:443',
        at: Date.parse('2026-11-30T10:14:05Z'),
      },
    ]);
  });

  it('passes over other ports and protocols, later packets of a connection, what the host sends, and broken lines', () => {
    expect(
      packets(`
2026-11-30 10:14:03 DROP TCP 198.51.100.9 10.0.3.4 50412 80 52 S 1 0 64240 - - - RECEIVE
2026-11-30 10:14:03 DROP UDP 198.51.100.9 10.0.3.4 50412 443 52 - - - - - - - RECEIVE
2026-11-30 10:14:03 DROP TCP 198.51.100.9 10.0.3.4 50412 443 52 A 1 0 64240 - - - RECEIVE
2026-11-30 10:14:03 DROP TCP 10.0.3.4 198.51.100.9 50412 443 52 S 1 0 64240 - - - SEND
2026-11-30 10:14:03 CLOSE TCP 198.51.100.9 10.0.3.4 50412 443 - - - - - - - - -
2026-11-30 10:14:03 DROP TCP 198.51.100.999 10.0.3.4 50412 443 52 S 1 0 64240 - - - RECEIVE
2026-11-30 10:14:03 DROP TCP 198.51.100.9 10.0.3.4 99999 443 52 S 1 0 64240 - - - RECEIVE
2026-11-30 INFO-EVENTS-LOST 12
`),
    ).toEqual([]);
  });

  it('finds its columns by the header, wherever they stand', () => {
    const header = '#Fields: action protocol date time dst-ip dst-port src-ip src-port path\n';
    expect(
      packets('DROP TCP 2026-11-30 10:14:03 10.0.3.4 443 198.51.100.9 50412 RECEIVE\n', header),
    ).toMatchObject([{ what: 'firewall-drop', ...ENDS }]);
  });
});

describe('pktmon’s text', () => {
  it('gives SYNs that arrived, once each however many components tell them, and what the host sent', () => {
    const text = [
      head(1, 'Rx') + frame(IN, 'S', ', options [mss 1460,nop,wscale 8]'),
      head(1, 'Rx') + frame(IN, 'S', ', options [mss 1460,nop,wscale 8]'),
      head(2, 'Tx') + frame(OUT, 'S.'),
      head(3, 'Rx') + frame(IN, '.'),
      head(4, 'Tx') + frame(OUT, 'R.'),
    ].join('');
    expect(readHostText(text, PORTS)).toEqual({
      format: 'pktmon',
      showsAnswers: true,
      packets: [
        { what: 'arrived', ...ENDS, mss: 1_460 },
        { what: 'syn-ack', ...ENDS },
        { what: 'rst', ...ENDS },
      ],
    });
  });

  it.each([
    ['INET: transport endpoint was not found', 'no-socket'],
    ['Inspection drop', 'firewall-drop'],
    ['228', 'other-drop'],
  ])('reads the reason of a drop: %s', (reason, what) => {
    const text = `${head(1, 'Rx', reason)}       Drop: ip: ${IN}: Flags [S], seq 1, win 64240, length 0\n`;
    expect(readHostText(text, PORTS)).toMatchObject({
      showsAnswers: false,
      packets: [{ what, ...ENDS, reason }],
    });
  });

  it('reads IPv6, the dates that some versions write, and CRLF', () => {
    const text =
      `[00]0004.0300::2026-11-30 10:14:03.839956300 [Microsoft-Windows-PktMon] PktGroupId 1, PktNumber 1, Appearance 1, Direction Rx , Type IP , Component 1, OriginalSize 72, LoggedSize 72\r\n` +
      `\tip6: 2001:db8::9.50412 > 2001:db8::4.443: Flags [S], seq 1, win 64240, length 0\r\n`;
    expect(readHostText(text, PORTS)?.packets).toEqual([
      {
        what: 'arrived',
        remote: '[2001:db8::9]:50412',
        local: '[2001:db8::4]:443',
        at: Date.parse('2026-11-30T10:14:03Z'),
      },
    ]);
  });

  it('is not taken in another language, whose words for a direction and a drop are not known', () => {
    expect(readHostText(head(1, 'Rx').replace('Direction', '방향') + frame(IN, 'S'), PORTS)).toBeUndefined();
  });
});

describe('a table of sockets', () => {
  it('is read from netstat in any language, and from Get-NetTCPConnection', () => {
    const netstat = `
  Proto  Lokale Adresse         Remoteadresse          Status           PID
  TCP    0.0.0.0:80             0.0.0.0:0              ABHÖREN         4
  TCP    [::1]:5432             [::]:0                 ABHÖREN         812
  TCP    10.0.3.4:443           198.51.100.9:50412     HERGESTELLT     4
  UDP    0.0.0.0:53             *:*                                    99
`;
    expect(readHostText(netstat, PORTS)?.sockets).toEqual([
      { address: '0.0.0.0', port: 80, pid: 4 },
      { address: '::1', port: 5_432, pid: 812 },
    ]);
    const cmdlet = `
LocalAddress    LocalPort RemoteAddress   RemotePort State       AppliedSetting OwningProcess
------------    --------- -------------   ---------- -----       -------------- -------------
::              80        ::              0          Listen                     4
0.0.0.0         135       0.0.0.0         0          Listen                     1044
`;
    expect(readHostText(cmdlet, PORTS)?.sockets).toEqual([
      { address: '::', port: 80, pid: 4 },
      { address: '0.0.0.0', port: 135, pid: 1_044 },
    ]);
  });
});

describe('bounds', () => {
  it('reads a reason by position: one of blanks alone is none, however many they are', () => {
    const dropped = (reason: string): string =>
      head(1, 'Rx').replace('PktGroupId', 'Drop: PktGroupId').trimEnd() +
      ` , DropReason ${reason} , DropLocation 0xE000460A\n${frame(IN, 'S')}`;
    const reasons = (text: string) => readHostText(text, PORTS)?.packets.map(({ reason }) => reason);
    expect(reasons(dropped('Inspection drop'))).toEqual(['Inspection drop']);
    expect(reasons(dropped(`${' '.repeat(900)},${' '.repeat(900)}`))).toEqual([undefined]);
    // Each took a second where a pattern tried every blank as the end.
    const line = dropped('').replace(/DropReason.*/, `DropReason${' '.repeat(1_700)}x`);
    expect(reasons(line.repeat(2_000))).toEqual([undefined]);
  });

  it('takes no action by the name of a property that every object has', () => {
    for (const action of ['constructor', '__proto__'])
      expect(
        readHostText(
          `${HEADER}2026-11-30 10:14:03 ${action} TCP 198.51.100.9 10.0.3.4 50412 443 52 S 1 0 64240 - - - RECEIVE\n`,
          PORTS,
        )?.packets,
      ).toEqual([]);
  });

  it('keeps as many packets as the bound allows, and no line of another text', () => {
    const line =
      '2026-11-30 10:14:03 DROP TCP 198.51.100.9 10.0.3.4 50412 443 52 S 1 0 64240 - - - RECEIVE\n';
    expect(readHostText(HEADER + line.repeat(MAX_HOST_PACKETS + 10), PORTS)?.packets).toHaveLength(
      MAX_HOST_PACKETS,
    );
    for (const text of ['', 'hello\n', '{"what":"start"}\n', `${'\n'.repeat(30)}${HEADER}${line}`])
      expect(readHostText(text, PORTS)).toBeUndefined();
  });

  it('decodes UTF-16 with its mark, and any other bytes without fault', () => {
    expect(decodeHostText(Buffer.from('\uFEFFTCP', 'utf16le'))).toBe('TCP');
    expect(decodeHostText(Buffer.from([0x54, 0xff]))).toBe('T\uFFFD');
  });
});
