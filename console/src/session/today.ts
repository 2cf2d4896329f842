/** The business day now: the date in the business's time zone, as ISO text. */
export function today(timeZone: string, now = new Date()): string {
  // The Swedish locale writes dates as ISO 8601 does.
  return new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short" }).format(now);
}
