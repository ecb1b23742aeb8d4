/** Words for the rules of HTTP/1.1 that an answer breaks although browsers show it. */
import type { Fault } from '../../../model/finding.ts';
import { fault } from '../../contract/fault.ts';
import type { Sentence } from '../../contract/sentences.ts';
import { phraseOf, RULES } from '../malformed-words.ts';
import { httpSentence as say } from '../messages.ts';
import type { HttpClient, HttpHop } from '../observation.ts';

/** One fault for each answer of the chain that was read and breaks a rule. */
export function malformedFaults(hops: readonly HttpHop[]): Fault[] {
  return hops.flatMap(({ outcome, malformed = [], url, statusCode }) => {
    const [first, ...more] = [...malformed].sort((a, b) => b.refusedBy.length - a.refusedBy.length);
    if (first === undefined || outcome.status !== 'answered') return [];
    const clients = [...new Set(malformed.flatMap(({ refusedBy }) => refusedBy))];
    const faults =
      more.length === 0
        ? phraseOf(first)
        : say.brokenRules({ first: phraseOf(first), others: more.map(({ rule }) => RULES[rule]) });
    const filling = { url, status: statusCode ?? '?', faults };
    const said =
      clients.length === 0
        ? say.malformedRead(filling)
        : clients.length === 1
          ? say.malformedRefusedByOne({ ...filling, client: listed(clients) })
          : say.malformedRefused({ ...filling, clients: listed(clients) });
    return [fault('http.malformed-head', said)];
  });
}

/** Why a client does not accept the answer; undefined when it accepted the whole answer. */
export function refusalPhrase({ malformed = [] }: HttpHop): Sentence | undefined {
  const refused = malformed.find(({ refusedBy }) => refusedBy.length > 0);
  return refused && say.refusedFor({ rule: phraseOf(refused), clients: listed(refused.refusedBy) });
}

/** Chromium represents all browsers. */
function listed(clients: readonly HttpClient[]): string | Sentence {
  const names = clients.map((client) => (client === 'Go' ? "Go (Let's Encrypt)" : client));
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : say.listed({ first: names.slice(0, -1).join(', '), last });
}
