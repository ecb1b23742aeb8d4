interface TickProps {
  readonly label: string;
  readonly is: boolean;
  readonly set: (is: boolean) => void;
  readonly name?: string;
}

/** A yes or no with its words behind it. */
export function Tick({ label, is, set, name }: TickProps) {
  return (
    <label class="tick">
      <input
        type="checkbox"
        {...(name !== undefined && { name })}
        checked={is}
        onChange={({ currentTarget }) => set(currentTarget.checked)}
      />{' '}
      {label}
    </label>
  );
}
