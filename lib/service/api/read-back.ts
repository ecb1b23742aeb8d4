/** Words that were read aloud at the other end, held against what a run sent, and taken into a report of its own. */
import { withParts } from '../../engine/listener/join-log.ts';
import type { Report } from '../../engine/report-schema.ts';
import { withWordsRead } from '../../engine/verdict/read-aloud.ts';
import { readBack, readBackWords } from '../../kinds/listener/read-back-port.ts';
import { hostPort } from '../../net/host-port.ts';
import type { ApiCaller } from '../contracts/contract.ts';
import type { ReadBackRun, WordsRead } from '../contracts/runs.ts';
import { type Answer, answered, refused } from './handler.ts';
import { finishedTarget, type JoinPorts, keepJoined } from './joined-report.ts';

export async function readBackRun(
  ports: JoinPorts,
  runId: string,
  { target, words }: WordsRead,
  caller: ApiCaller,
): Promise<Answer<ReadBackRun>> {
  const found = await finishedTarget(ports, runId, target, 'the words');
  if (!found.ok) return found;
  const { name, original, base, before } = found.value;
  const { endpoints } = original;
  const results = words.map((one) => ({
    ...one,
    result: readBack(one.words, one.port, one.host, endpoints),
  }));
  const foreign = results.find(({ result }) => result.status === 'not-asked');
  if (foreign !== undefined)
    return refused(
      'bad-request',
      `no challenge was sent to ${hostPort(foreign.host, foreign.port)} in this run: start one with a listener`,
      'body.words',
    );
  // A misheard word is typed again: each port has its last.
  const places = new Map(
    [...(before?.words ?? []), ...words].map((one) => [hostPort(one.host, one.port), one]),
  );
  const kept = [...places.values()];
  const report = told(original, base, kept);
  if (!(await keepJoined(ports, found.value, report, caller, kept)))
    return refused('conflict', 'something else was joined at the same moment: send it again', 'body.words');
  return answered({
    runId,
    target: name,
    verdict: report.verdict,
    read: results.map(({ host, port, result }) => ({
      host,
      port,
      status: result.status,
      summary: readBackWords(result),
    })),
  });
}

/** From the original, so that a wrong word that was typed again leaves nothing behind; the logs that were joined stay. */
function told(original: Report, base: Report, words: WordsRead['words']): Report {
  const typed = words.map((one) => ({
    ...one,
    result: readBack(one.words, one.port, one.host, original.endpoints),
  }));
  return withParts(withWordsRead(original, typed), base.listeners ?? []);
}
