import { language } from "./i18n";

/** Times as people here read them: in the province's zone, whatever the device says. Input is UTC in ms. */
export const ZONE = "Asia/Ho_Chi_Minh";

/** Formats as the page's language writes it. */
function written(options: Intl.DateTimeFormatOptions): (at: number) => string {
  const vi = new Intl.DateTimeFormat("vi-VN", { timeZone: ZONE, ...options });
  const en = new Intl.DateTimeFormat("en-GB", { timeZone: ZONE, ...options });
  return (at) => (language.value === "en" ? en : vi).format(at);
}
const ISO = new Intl.DateTimeFormat("en-CA", { timeZone: ZONE, year: "numeric", month: "2-digit", day: "2-digit" });

export const clock = written({ hour: "2-digit", minute: "2-digit", hour12: false });
export const clockSeconds = written({ hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
export const day = written({ day: "2-digit", month: "2-digit", year: "numeric" });
/** `Thứ Ba, 24/11`: where the year is beside it. */
export const weekday = written({ weekday: "long", day: "2-digit", month: "2-digit" });
export const longDay = written({ weekday: "long", day: "2-digit", month: "2-digit", year: "numeric" });
export const dayAndClock = (at: number) => `${clock(at)}${language.value === "en" ? ", " : " ngày "}${day(at)}`;

/** `2026-11-24`: the day in the province's zone. */
export const isoDay = (at: number) => ISO.format(at);

/** `2026-11-24` and `09:30`, as typed here, to UTC ms (the zone has no summer time: always +07:00). */
export const fromLocal = (date: string, time = "00:00") => Date.parse(`${date}T${time}:00+07:00`);

/** `6:40`, `1:02:05`; with a minus once it is over. */
export function span(ms: number): string {
  const total = Math.floor(Math.abs(ms) / 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  const text = hours ? `${hours}:${two(minutes)}:${two(total % 60)}` : `${two(minutes)}:${two(total % 60)}`;
  return ms <= -1000 ? `−${text}` : text;
}
