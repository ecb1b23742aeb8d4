import { useEffect, useState } from 'preact/hooks';

export type CauseWords = (code: string) => string | undefined;

/** What a cause means, in a sentence. Loaded after the first view; until then, and for what a later version names, there is none. */
export function useCauseWords(): CauseWords {
  const [words, setWords] = useState<CauseWords>(() => () => undefined);
  useEffect(() => {
    let isOver = false;
    void import('../../kinds/causes.ts').then(({ causes }) => {
      const known = new Map<string, string>(
        Object.values(causes).map(({ code, summary }) => [code, summary]),
      );
      if (!isOver) setWords(() => (code: string) => known.get(code));
    });
    return () => {
      isOver = true;
    };
  }, []);
  return words;
}
