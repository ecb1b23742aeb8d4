import type { Ref } from 'preact';
import { addressOf } from '../places/place.ts';
import { useSpeech } from '../words/words.ts';

/** A page of a target that is not registered. `title` gets the focus when the page opens. */
export function NoSuchTarget({ title }: { readonly title: Ref<HTMLHeadingElement> }) {
  const { say } = useSpeech();
  return (
    <>
      <h1 ref={title} tabIndex={-1}>
        {say('target.missing')}
      </h1>
      <a href={addressOf({ view: 'targets' })}>{say('needs.all')}</a>
    </>
  );
}
