import { useEffect, useState } from 'preact/hooks';
import { loadCauses } from '../reference/cause-texts.ts';
import { useSpeech } from '../words/words.ts';

export type CauseWords = (code: string) => string | undefined;

/** What a cause means, in a sentence. Loaded after the first view; until then, and for what a later version names, there is none. */
export function useCauseWords(): CauseWords {
  const { language } = useSpeech();
  const [words, setWords] = useState<CauseWords>(() => () => undefined);
  useEffect(() => {
    let isOver = false;
    void loadCauses(language).then((causes) => {
      const known = new Map<string, string>(causes.map(({ code, summary }) => [code, summary]));
      if (!isOver) setWords(() => (code: string) => known.get(code));
    });
    return () => {
      isOver = true;
    };
  }, [language]);
  return words;
}
