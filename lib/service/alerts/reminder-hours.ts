/** Between two reminders of an alert that nobody has acknowledged. */
export const DEFAULT_REMINDER_HOURS = 4;
