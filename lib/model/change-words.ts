/** The words of change events, apart from their schema: the command line names them without loading it. */
export const CHANGE_KINDS = [
  'failing',
  'recovered',
  'cause-changed',
  'certificate-expiring',
  'exposed',
  'schedule-missed',
  'run-failed',
  'source-new',
  'acknowledged',
  'reminder',
] as const;

export const SEVERITIES = ['critical', 'warning', 'info'] as const;
