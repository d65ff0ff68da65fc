import { onUnmounted, reactive } from "vue";
import type { Report } from "@/media/report";
import type { Room } from "./room";
import type { SiteRow } from "./sections";

/** A site's newest report, as the server passed it on, and when it came, by this device's clock. */
export type LineReport = Report & { at: number };
export type Grade = "good" | "fair" | "poor" | "unknown";
export type SiteStatus = "in" | "waiting" | "never" | "lost";

/** A report older than this says nothing of now, in ms. */
const FRESH = 20_000;

/** How good the line is: what a person in the hall notices, not a sum of figures. */
export function gradeOf(report: LineReport | undefined, now: number): Grade {
  if (!report || now - report.at > FRESH) return "unknown";
  if (report.concealed > 80 || report.freezes > 2 || report.rtt_ms > 800 || report.lost > 150) return "poor";
  return report.concealed > 15 || report.freezes > 0 || report.rtt_ms > 300 || report.lost > 20 || report.jitter_ms > 60 ? "fair" : "good";
}

/** Full for a good line, one bar for a poor one. */
export const BARS: Record<Grade, number> = { good: 1, fair: 0.4, poor: 0.1, unknown: 0 };

/** ● in the meeting, ◐ connected but without picture and sound yet, ○ never came, ✕ lost. */
export function statusOf(site: Pick<SiteRow, "connected" | "since">, grade: Grade): SiteStatus {
  if (!site.connected) return site.since ? "lost" : "never";
  return grade === "unknown" ? "waiting" : "in";
}

const WORST: Record<Grade, number> = { poor: 0, fair: 1, unknown: 2, good: 3 };

/** Sites with trouble first: lost, then the poorest lines; the directory's order otherwise. */
export function worstFirst<T extends { status: SiteStatus; grade: Grade }>(rows: readonly T[]): T[] {
  const rank = (one: T) => (one.status === "lost" ? -1 : one.status === "never" ? 4 : WORST[one.grade]);
  return [...rows].sort((a, b) => rank(a) - rank(b));
}

/** The newest report of each site. */
export function useLines(room: Room): Record<string, LineReport> {
  const lines = reactive<Record<string, LineReport>>({});
  const stop = room.onSignal("lines", ({ sites }) => Object.assign(lines, sites));
  onUnmounted(stop);
  return lines;
}
