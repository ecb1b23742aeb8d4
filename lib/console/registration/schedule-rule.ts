/** One field for both ways to say when: `15m`, or minute, hour, day, month and weekday as in crontab(5). The API judges the rest. */
export function ruleOf(
  text: string,
  timezone: string,
): { every: string } | { cron: string; timezone: string } | undefined {
  const given = text.trim();
  if (given === '') return undefined;
  return /\s/.test(given) ? { cron: given, timezone: timezone.trim() } : { every: given };
}
