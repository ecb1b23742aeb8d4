import { useId, useState } from 'preact/hooks';
import type { EndpointReport } from '../../engine/report-schema.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { useSpeech } from '../words/words.ts';

type Rules = NonNullable<EndpointReport['rules']>;
const KEPT = 'inbound-check.firewall';

/** The rule for the reader's own firewall: chosen once, remembered by this browser. */
export function RuleFor({ rules }: { readonly rules: Rules }) {
  const { say } = useSpeech();
  const id = useId();
  const [product, setProduct] = useState(kept);
  const chosen = rules.find((rule) => rule.product === product) ?? rules[0];
  if (chosen === undefined) return null;
  const choose = (name: string): void => {
    setProduct(name);
    keep(name);
  };
  return (
    <div class="code">
      <label for={id}>{say('report.rule')}</label>{' '}
      <select id={id} value={chosen.product} onChange={({ currentTarget }) => choose(currentTarget.value)}>
        {rules.map(({ product: name }) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
      <CopyButton text={chosen.rule} about={chosen.product} />
      <pre>{chosen.rule}</pre>
      {chosen.find !== undefined && (
        <>
          <p class="dim">{say('report.rule.find')}</p>
          <pre>{chosen.find}</pre>
        </>
      )}
    </div>
  );
}

function kept(): string {
  try {
    return localStorage.getItem(KEPT) ?? '';
  } catch {
    return '';
  }
}

function keep(name: string): void {
  try {
    localStorage.setItem(KEPT, name);
  } catch {
    // It is chosen again next time.
  }
}
