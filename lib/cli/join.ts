import { Command } from 'commander';
import { cloudOptions } from './cloud/connect.ts';
import type { JoinBothEndsOptions } from './join-both-ends.ts';
import { addReportOptions } from './options/report-options.ts';
import type { SetStatus } from './terminal/exit-status.ts';

export function joinCommand(setStatus: SetStatus): Command {
  const command = addReportOptions(
    new Command('join')
      .description(
        'decide by a report and the log of a listener at the other end where the way between breaks',
      )
      .argument('<report>', 'of "check", as JSON or HTML; or the id of a run of a fleet or station')
      .argument(
        '<evidence...>',
        'of the other end: "listen --log" or "listen --block", pktmon’s text, pfirewall.log, netstat; "-": standard input',
      ),
  )
    .option('--no-sign', 'don’t sign the new report')
    .option('--target <name>', 'of a run of several targets: whose report is meant');
  return cloudOptions(command)
    .addHelpText(
      'after',
      `
The new report holds what the old one does, and in a section of its own what both ends
know together: nothing arrived, the host's own firewall stopped it, nothing listens
there, the answers were lost on the way back, or the source was rewritten. It names the
SHA-256 of both files. A log from a machine on which "listen" may watch packets
(CAP_NET_RAW) decides more than one without. The code of the listener is taken from
INBOUND_CHECK_LISTENER_CODE, or asked for on a terminal.

  inbound-check join report.json listener.log --output joined.html
  inbound-check join report.json ticket.txt

A block that "listen --block" printed may stand in a ticket or a mail, quoted and wrapped:
the text around it is passed over.

Of a Windows host, beside a log or alone, plain text is taken as well: "pktmon etl2txt",
pfirewall.log, and "netstat -ano" for who has a port. Nobody has sealed it, and the report
says so. Its lines are known by the test's source address and port, not by their clock,
and that a line is missing proves nothing.

  inbound-check join report.json pfirewall.log netstat.txt

With the id of a run in the place of a report, the fleet or station joins the log, signs
the new report, and keeps it beside that of the run. The code stays on this machine.

  inbound-check join 20261130T101400Z-1f0c9a7b listener.log --output joined.html

Exit status: 0 joined, whatever was decided, 1 a file was altered, not finished, made with
another code, or is of another time, 64 wrong usage or input, 74 a report could not be
written.`,
    )
    .action(async (report: string, evidence: readonly string[], options: JoinBothEndsOptions) => {
      const { join } = await import('./join-both-ends.ts');
      setStatus(await join(report, evidence, options));
    });
}
