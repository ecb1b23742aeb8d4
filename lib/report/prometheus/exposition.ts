/** The Prometheus text exposition format 0.0.4: families with HELP and TYPE once, samples without duplicates. */
import { visible } from '../words/visible.ts';

type LabelValues = Readonly<Record<string, string | number | undefined>>;

/** Labels as they are written, without braces. Made once for the many samples of an endpoint or an observation. */
export type Labels = string & { readonly labels: unique symbol };

/** Names and help texts of a set of gauges. */
export type Families = Readonly<Record<string, string>>;

/** A label's value: backslash, quote and line feed are escaped, other unseen characters shown by number. */
const labelValue = (value: string | number): string =>
  visible(String(value)).replaceAll('\\', '\\\\').replaceAll('"', '\\"');

/** Labels, added to those of `base`; an undefined value adds no label. */
export function labels(values: LabelValues, base?: Labels): Labels {
  let text: string = base ?? '';
  for (const [name, value] of Object.entries(values))
    if (value !== undefined) text += `${text === '' ? '' : ','}${name}="${labelValue(value)}"`;
  return text as Labels;
}

const helpText = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

/** Collects samples of the given gauges; a sample with the same labels replaces the earlier one. */
export function createExposition<F extends Families>(families: F) {
  const samples = new Map<string, Map<Labels, number>>();
  return {
    /** Adds a sample; an absent value adds none. */
    set(name: keyof F & string, labelled: Labels, value: number | undefined): void {
      if (value === undefined || !Number.isFinite(value)) return;
      let family = samples.get(name);
      if (family === undefined) {
        family = new Map();
        samples.set(name, family);
      }
      family.set(labelled, value);
    },
    /** All families that have samples, in the order of their definition. */
    text(): string {
      const lines: string[] = [];
      for (const [name, help] of Object.entries(families)) {
        const family = samples.get(name);
        if (family === undefined) continue;
        lines.push(`# HELP ${name} ${helpText(help)}`, `# TYPE ${name} gauge`);
        for (const [labelled, value] of family)
          lines.push(labelled === '' ? `${name} ${value}` : `${name}{${labelled}} ${value}`);
      }
      return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
    },
  };
}
export type Exposition<F extends Families> = ReturnType<typeof createExposition<F>>;
