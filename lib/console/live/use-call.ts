import { useState } from 'preact/hooks';
import type { ApiReply } from '../api/reply.ts';

type CallTrouble = Exclude<ApiReply<unknown>, { status: 'answered' }>;

export interface Calling {
  readonly trouble: CallTrouble | undefined;
  readonly isBusy: boolean;
  /** Makes the call, once at a time; `done` gets what it answered. */
  run<T>(call: () => Promise<ApiReply<T>>, done: (value: T) => void): Promise<void>;
}

/** One thing that a person asks for by a button, and what became of it. */
export function useCall(): Calling {
  const [trouble, setTrouble] = useState<CallTrouble>();
  const [isBusy, setBusy] = useState(false);
  return {
    trouble,
    isBusy,
    async run(call, done) {
      if (isBusy) return;
      setBusy(true);
      const answer = await call();
      setBusy(false);
      setTrouble(answer.status === 'answered' ? undefined : answer);
      if (answer.status === 'answered') done(answer.value);
    },
  };
}
