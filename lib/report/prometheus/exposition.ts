/** The Prometheus text exposition format 0.0.4: families with HELP and TYPE once, samples without duplicates. */
import { visible } from '../visible.ts';

export type Labels = Readonly<Record<string, string | number | undefined>>;

/** Names and help texts of a set of gauges. */
export type Families = Readonly<Record<string, string>>;

/** A label's value: backslash, quote and line feed are escaped, other unseen characters shown by number. */
const labelValue = (value: string | number): string =>
  visible(String(value)).replaceAll('\\', '\\\\').replaceAll('"', '\\"');

const labelSet = (labels: Labels): string => {
  const pairs = Object.entries(labels)
    .filter((pair): pair is [string, string | number] => pair[1] !== undefined)
    .map(([name, value]) => `${name}="${labelValue(value)}"`);
  return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
};

const helpText = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

/** Seconds from milliseconds, without the noise of binary fractions. */
export const seconds = (milliseconds: number): number => Number((milliseconds / 1000).toFixed(6));

/** Collects samples of the given gauges; a sample with the same labels replaces the former. */
export function createExposition<F extends Families>(families: F) {
  const samples = new Map<string, Map<string, number>>();
  return {
    /** Adds a sample; an absent value is none. */
    set(name: keyof F & string, labels: Labels, value: number | undefined): void {
      if (value === undefined || !Number.isFinite(value)) return;
      const family = samples.get(name) ?? new Map<string, number>();
      samples.set(name, family);
      family.set(labelSet(labels), value);
    },
    /** All families that have samples, in the order of their definition. */
    text(): string {
      let text = '';
      for (const [name, help] of Object.entries(families)) {
        const family = samples.get(name);
        if (family === undefined) continue;
        text += `# HELP ${name} ${helpText(help)}\n# TYPE ${name} gauge\n`;
        for (const [labels, value] of family) text += `${name}${labels} ${value}\n`;
      }
      return text;
    },
  };
}
export type Exposition<F extends Families> = ReturnType<typeof createExposition<F>>;
