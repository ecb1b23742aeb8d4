import { useState } from 'preact/hooks';
import { useSpeech } from '../words/words.ts';

/** Copies a text; says so in place, and to a screen reader. */
export function CopyButton({ text, about }: { readonly text: string; readonly about: string }) {
  const { say } = useSpeech();
  const [isCopied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      // Without the right to write, the text can still be selected by hand.
      setCopied(false);
    }
  };
  return (
    <>
      <button
        type="button"
        class="copy"
        aria-label={`${say('report.copy')}: ${about}`}
        onClick={() => void copy()}
      >
        {say(isCopied ? 'report.copied' : 'report.copy')}
      </button>
      <span class="unseen" role="status">
        {isCopied ? `${say('report.copied')}: ${about}` : ''}
      </span>
    </>
  );
}
