/** A whole number from 1, with its label. */
interface CountProps {
  readonly label: string;
  readonly value: number;
  readonly most: number;
  readonly set: (value: number) => void;
  readonly input?: { current: HTMLInputElement | null };
}

export function CountField({ label, value, most, set, input }: CountProps) {
  return (
    <label>
      {label}{' '}
      <input
        {...(input && { ref: input })}
        type="number"
        min={1}
        max={most}
        required
        value={value}
        onInput={({ currentTarget }) => set(Number(currentTarget.value))}
      />
    </label>
  );
}
