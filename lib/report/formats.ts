import type { ReportFormat } from './reporter.ts';

/**
 * The one registry of formats. Each is imported when it is needed, so that a run loads only its own
 * (the bundler splits at these imports: keep them literal).
 */
const LOADERS = {
  terminal: async () => (await import('./terminal.ts')).terminal,
  json: async () => (await import('./json.ts')).json,
  jsonl: async () => (await import('./jsonl.ts')).jsonl,
  html: async () => (await import('./html.ts')).html,
  markdown: async () => (await import('./markdown.ts')).markdown,
  junit: async () => (await import('./junit.ts')).junit,
  csv: async () => (await import('./csv.ts')).csv,
  prometheus: async () => (await import('./prometheus.ts')).prometheus,
  badge: async () => (await import('./badge.ts')).badge,
  email: async () => (await import('./email.ts')).email,
} as const satisfies Record<string, () => Promise<ReportFormat>>;

export type FormatId = keyof typeof LOADERS;
export const FORMAT_IDS = Object.keys(LOADERS) as readonly FormatId[];

/** Is this the id of a format? */
export const isFormatId = (text: string): text is FormatId => Object.hasOwn(LOADERS, text);

/** Loads one format and what it needs. */
export const loadFormat = (id: FormatId): Promise<ReportFormat> => LOADERS[id]();
