import { useCallback, useRef, useState } from 'preact/hooks';
import type { ListedTarget } from '../../service/contracts/targets.ts';
import { useApi } from '../api/api-context.ts';
import { type Live, useAnswer } from '../live/use-answer.ts';
import { allTargets } from './all-targets.ts';

const EVERY_MS = 15_000;

/** Every registered target, again and again; at first as pages come, so that nobody waits for the last one. */
export function useAllTargets(): Live<readonly ListedTarget[]> & { readonly isWhole: boolean } {
  const api = useApi();
  const [begun, setBegun] = useState<readonly ListedTarget[]>();
  const isFirst = useRef(true);
  const live = useAnswer(
    useCallback(async () => {
      // Pages of a later round would take the rest of the list away until they are all there.
      const answer = await allTargets(api, (targets) => isFirst.current && setBegun(targets));
      isFirst.current &&= answer.status !== 'answered';
      return answer;
    }, [api]),
    EVERY_MS,
  );
  return { ...live, value: live.value ?? begun, isWhole: live.value !== undefined };
}
