/** Languages of the report page. Its data, and what is signed of them, are the same in all. */
export const REPORT_LANGUAGES = ['en', 'de'] as const;
export type ReportLanguage = (typeof REPORT_LANGUAGES)[number];

export const isReportLanguage = (text: string): text is ReportLanguage =>
  (REPORT_LANGUAGES as readonly string[]).includes(text);
