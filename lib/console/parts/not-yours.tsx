import { useRights } from '../home/rights.ts';
import { useSpeech } from '../words/words.ts';

/** In the place of what the role may not do, where nothing else would say why it is not there. */
export function NotYours({ what }: { readonly what: 'check' | 'gate' | 'stop' | 'register' }) {
  const { say } = useSpeech();
  const { role } = useRights();
  return (
    <p class="hint">{say(`not-yours.${what}`, { role: role === undefined ? '' : say(`role.${role}`) })}</p>
  );
}
