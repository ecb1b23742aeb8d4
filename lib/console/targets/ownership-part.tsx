import { useState } from 'preact/hooks';
import { useApi } from '../api/api-context.ts';
import type { AnswerOf } from '../api/operations.ts';
import { useRights } from '../home/rights.ts';
import { useCall } from '../live/use-call.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { TextField } from '../parts/text-field.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { useSpeech } from '../words/words.ts';

type Looked = AnswerOf<'verifyTarget'>['hosts'];

/** Whose the hosts are, and what to publish where that is not proven yet. */
export function OwnershipPart({
  target,
  again,
}: {
  readonly target: AnswerOf<'getTarget'>;
  readonly again: () => void;
}) {
  const { say } = useSpeech();
  const api = useApi();
  const { may } = useRights();
  const call = useCall();
  const [looked, setLooked] = useState<Looked>();
  const look = (): void => {
    void call.run(
      () => api('verifyTarget', { params: { name: target.name } }),
      ({ hosts }) => {
        setLooked(hosts);
        again();
      },
    );
  };
  const open = new Set(
    target.hosts.filter(({ authorisation }) => authorisation === undefined).map(({ host }) => host),
  );
  return (
    <section class="card" aria-labelledby="ownership">
      <h2 id="ownership">{say('target.ownership')}</h2>
      <ul class="rows">
        {target.hosts.map(({ host, authorisation }) => (
          <li key={host} class={authorisation === undefined ? 'bad' : ''}>
            {say(
              authorisation === undefined
                ? 'target.unproven'
                : authorisation.kind === 'proven'
                  ? 'target.proven'
                  : 'target.vouched',
              { host },
            )}
          </li>
        ))}
      </ul>
      {target.prove
        .filter(({ host }) => open.has(host))
        .map(({ host, txt, file }) => (
          <div key={host} class="code">
            <p>{say('target.prove.one', { host })}</p>
            {txt && (
              <p>
                {say('target.prove.txt')} <code>{txt.name}</code>{' '}
                <CopyButton text={txt.name} about={txt.name} /> {say('target.prove.value')}{' '}
                <code>{txt.value}</code> <CopyButton text={txt.value} about={txt.value} />
              </p>
            )}
            <p>
              {say('target.prove.file')} <code>{file.url}</code>{' '}
              <CopyButton text={file.url} about={file.url} /> {say('target.prove.text')}{' '}
              <code>{file.content}</code> <CopyButton text={file.content} about={file.content} />
            </p>
          </div>
        ))}
      <Trouble of={call.trouble} />
      <ul class="rows" aria-live="polite">
        {looked?.map(({ host, proven, seen = [] }) => (
          <li key={host}>
            {say(proven === undefined ? 'target.not-found' : 'target.found', { host, at: proven?.at ?? '' })}
            {seen.map((line) => (
              <span key={line} class="why dim">
                {line}
              </span>
            ))}
          </li>
        ))}
      </ul>
      {open.size > 0 && may('verifyTarget') && (
        <button type="button" aria-disabled={call.isBusy} onClick={look}>
          {say('target.look-again')}
        </button>
      )}
      {open.size > 0 && may('vouchForTarget') && <VouchForm name={target.name} done={again} />}
    </section>
  );
}

/** An operator may answer for the hosts in the place of a proof. */
function VouchForm({ name, done }: { readonly name: string; readonly done: () => void }) {
  const { say } = useSpeech();
  const api = useApi();
  const call = useCall();
  const [reason, setReason] = useState('');
  const vouch = (event: Event): void => {
    event.preventDefault();
    const body = { reason: reason.trim() };
    void call.run(() => api('vouchForTarget', { params: { name }, body }), done);
  };
  return (
    <form class="check" onSubmit={vouch}>
      <TextField
        name="vouch"
        label={say('vouch.reason')}
        hint={say('vouch.hint')}
        value={reason}
        set={setReason}
        maxLength={500}
      />
      <Trouble of={call.trouble} />
      <button type="submit" aria-disabled={call.isBusy || reason.trim() === ''}>
        {say('vouch.do')}
      </button>
    </form>
  );
}
