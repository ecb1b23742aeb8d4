/** Runs inside the namespace: watches the ports it is given, prints each record as a line, and ends with its standard input. */
import { openSync } from 'node:fs';
import { startCapture } from '../../../lib/local/listen/capture/capture.ts';

const { ports, pcap } = JSON.parse(process.argv[2] ?? '') as { ports: number[]; pcap?: string };
const started = await startCapture({
  ports,
  onRecord: (record) => void process.stdout.write(`${JSON.stringify(record)}\n`),
  now: Date.now,
  ...(pcap !== undefined && { pcap: openSync(pcap, 'wx', 0o600) }),
});
if (started.ok) {
  process.stdin.resume();
  process.stdin.once('end', () => void started.capture.stop());
}
