// Days and clocks of the province's zone, whatever the computer's own zone is.

export const PROVINCE_ZONE = "Asia/Ho_Chi_Minh";
const OFFSET = 7 * 3_600_000; // the zone has had no summer time since 1975
export const DAY = 86_400_000;

const clock = new Intl.DateTimeFormat("vi-VN", {
  timeZone: PROVINCE_ZONE,
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});
const long = new Intl.DateTimeFormat("vi-VN", {
  timeZone: PROVINCE_ZONE,
  weekday: "long",
  day: "2-digit",
  month: "2-digit",
  year: "numeric",
});

/** `08:30` */
export function clockOf(at: number): string {
  return clock.format(at);
}

/** `2026-11-24` */
export function dayOf(at: number): string {
  return new Date(at + OFFSET).toISOString().slice(0, 10);
}

/** The first moment of a day such as `2026-11-24`. */
export function startOfDay(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) - OFFSET;
}

export function addDays(day: string, days: number): string {
  return dayOf(startOfDay(day) + days * DAY);
}

/** The Monday of the day's week. */
export function mondayOf(day: string): string {
  const weekday = (new Date(startOfDay(day) + OFFSET).getUTCDay() + 6) % 7;
  return addDays(day, -weekday);
}

/** The moment of a day and a clock such as `08:30`; NaN when either is not complete. */
export function momentOf(day: string, time: string): number {
  return Date.parse(`${day}T${time}:00Z`) - OFFSET;
}

/** `Thứ Ba, 24/11/2026` */
export function dayInWords(at: number): string {
  const words = long.format(at);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** `08:30–10:00` */
export function spanInWords(startsAt: number, endsAt: number): string {
  return `${clockOf(startsAt)}–${clockOf(endsAt)}`;
}
