import { answersOf } from '../../kinds/client-answers.ts';
import type { ClientsOfEndpoint, ReportObservation } from '../report-schema.ts';
import { lastAttempts } from './last-attempts.ts';

type Answers = Omit<ClientsOfEndpoint, 'seenBy'>;

/** Which clients would connect, the same answers of several vantages and addresses together; empty where nothing of clients was seen. */
export function clientsOfEndpoint(observations: readonly ReportObservation[]): ClientsOfEndpoint[] {
  const found = new Map<string, ClientsOfEndpoint>();
  for (const { vantage, address, evidence, startedAt } of lastAttempts(observations)) {
    const answers = answersInReport(answersOf(evidence, startedAt));
    if (answers === undefined) continue;
    const key = JSON.stringify(answers);
    const known = found.get(key);
    if (known === undefined) found.set(key, { seenBy: [{ vantage, address }], ...answers });
    else known.seenBy.push({ vantage, address });
  }
  return [...found.values()];
}

function answersInReport(answers: ReturnType<typeof answersOf>): Answers | undefined {
  if (answers.length === 0) return undefined;
  const byReason = (connects: 'no' | 'not known') => {
    const reasons = new Map<string, string[]>();
    for (const { client, why } of answers.filter((answer) => answer.connects === connects))
      reasons.set(why, [...(reasons.get(why) ?? []), client]);
    return [...reasons].map(([why, clients]) => ({ clients, why }));
  };
  const [no, notKnown] = [byReason('no'), byReason('not known')];
  return {
    yes: answers.filter(({ connects }) => connects === 'yes').map(({ client }) => client),
    ...(no.length > 0 && { no }),
    ...(notKnown.length > 0 && { notKnown }),
  };
}
