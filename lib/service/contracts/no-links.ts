/** Where links would open for nobody: the words of the refusal, and how they are told from others. Loads no schema. */

/** `at` of the problem: its detail says how to save the page instead. */
export const NO_LINKS_AT = 'links';

export const NO_BASE_URL = 'this station has no --base-url';

/** One line for the command line. */
export const noLinksText = (runId: string, why: string): string =>
  `Save signed page: inbound-check run --follow ${runId} --no-share --output report.html (a link would open for nobody: ${why})`;

/** The reason in it; undefined: in other words, as a later version may have them. */
export const whyNoLinks = (detail: string): string | undefined =>
  /\(a link would open for nobody: (.*)\)$/s.exec(detail)?.[1];
