import { useRef, useState } from 'preact/hooks';
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
  /** Known at once: a second press may come before the view is drawn again. */
  const isCalling = useRef(false);
  return {
    trouble,
    isBusy,
    async run(call, done) {
      if (isCalling.current) return;
      isCalling.current = true;
      setBusy(true);
      const answer = await call();
      isCalling.current = false;
      setBusy(false);
      setTrouble(answer.status === 'answered' ? undefined : answer);
      if (answer.status === 'answered') done(answer.value);
    },
  };
}
