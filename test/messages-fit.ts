/**
 * A law that every test which diagnoses or judges something proves along the way: the keys and the parameters of each
 * fault, finding and verdict give their very sentences, also after a way through JSON. The compiler sees to it that each
 * fault has a key.
 */
import { vi } from 'vitest';
import type { Fault, Finding } from '../lib/model/finding.ts';
import { Message } from '../lib/model/message-schema.ts';

vi.mock(import('../lib/engine/verdict/endpoint.ts'), async (original) => {
  const own = await original();
  const { unrenderedSummary } = await import('./report/unrendered.ts');
  return {
    ...own,
    judgeEndpoint(...given: Parameters<typeof own.judgeEndpoint>) {
      const report = own.judgeEndpoint(...given);
      const [different] = unrenderedSummary(report);
      if (different !== undefined) throw new Error(different);
      return report;
    },
  };
});

vi.mock(import('../lib/kinds/contract/fault.ts'), async (original) => {
  const own = await original();
  const { englishOf } = await import('../lib/kinds/messages.ts');
  const check = ({ summary, message }: Pick<Fault, 'summary' | 'message'>): void => {
    if (message === undefined) return;
    const english = englishOf(Message.parse(JSON.parse(JSON.stringify(message))));
    if (english !== summary) throw new Error(`${message.key} gives: ${english}\nthe text is: ${summary}`);
  };
  return {
    ...own,
    finding(...given: Parameters<typeof own.finding>): Finding {
      const found = own.finding(...given);
      for (const one of [...found.faults, found]) check(one);
      return found;
    },
  };
});
