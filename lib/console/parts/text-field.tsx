import { useId } from 'preact/hooks';

interface TextFieldProps {
  /** By which the form finds it, to put the focus there. */
  readonly name: string;
  readonly label: string;
  readonly hint?: string | undefined;
  /** Why it was refused; in the place of the hint. */
  readonly fault?: string | undefined;
  readonly value: string;
  readonly set: (value: string) => void;
  readonly maxLength?: number;
  readonly isDisabled?: boolean;
}

/** A field of a form with its label above, and below how to fill it in, or why what was typed is refused. */
export function TextField({ name, label, hint, fault, value, set, maxLength, isDisabled }: TextFieldProps) {
  const id = useId();
  const below = fault ?? hint;
  return (
    <>
      <label for={id}>{label}</label>
      <input
        id={id}
        name={name}
        value={value}
        onInput={({ currentTarget }) => set(currentTarget.value)}
        {...(maxLength !== undefined && { maxLength })}
        disabled={isDisabled === true}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        aria-invalid={fault !== undefined}
        {...(below !== undefined && { 'aria-describedby': `${id}-hint` })}
      />
      {below !== undefined && (
        <p id={`${id}-hint`} class={fault === undefined ? 'hint' : 'hint bad'}>
          {below}
        </p>
      )}
    </>
  );
}
