// Days of the calendar, as `2026-11-24` in the province's zone.
import { fromLocal, isoDay } from "@/time";

export const DAY = 86_400_000;

export function addDays(day: string, days: number): string {
  return isoDay(fromLocal(day) + days * DAY);
}

/** The Monday of the day's week. */
export function mondayOf(day: string): string {
  const weekday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
  return addDays(day, -weekday);
}

/** `count` days from `first` on. */
export function daysFrom(first: string, count: number): string[] {
  return Array.from({ length: count }, (_, at) => addDays(first, at));
}
