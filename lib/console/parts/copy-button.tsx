import { useState } from 'preact/hooks';
import { useSpeech } from '../words/words.ts';

/** Copies a text; says so in place, and to a screen reader. */
export function CopyButton({ text, about }: { readonly text: string; readonly about: string }) {
  const { say } = useSpeech();
  /** Another text is not copied yet. */
  const [copied, setCopied] = useState<string>();
  const isCopied = copied === text;
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(text);
    } catch {
      // Without the right to write, the text can still be selected by hand.
      setCopied(undefined);
    }
  };
  return (
    <>
      <button
        type="button"
        class="copy"
        aria-label={`${say(isCopied ? 'report.copied' : 'report.copy')}: ${about}`}
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
