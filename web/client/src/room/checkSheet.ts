import type { Figures } from "@/media/check";

/** What a site has to meet, in the order of the sheet (signaling/checks/figures.py). */
export const CRITERIA = ["camera", "microphone", "connection", "lost", "round_trip", "up", "down"] as const;
export type Criterion = (typeof CRITERIA)[number];

export interface CheckResult {
  at: number;
  outcome: "passed" | "failed" | "absent" | "no_answer";
  failed: Criterion[];
  figures: Figures | null;
}
export interface CheckLine {
  site: string;
  name: string;
  level: string;
  receive_only: boolean;
  result: CheckResult | null;
}
export interface Progress {
  waiting: string[];
  running: string[];
}
export interface CheckSheet extends Progress {
  wanted: { check_level: number; check_lost: number; check_round_trip: number; check_up: number; check_down: number };
  sites: CheckLine[];
}
/** What a technician reads of a site at a glance. */
export type CheckState = CheckResult["outcome"] | "unchecked" | "waiting" | "running";
export const STATES = ["failed", "no_answer", "absent", "unchecked", "waiting", "running", "passed"] as const satisfies readonly CheckState[];
export const SORTS = ["worst", "order", "down", "up", "lost", "round_trip"] as const;
export type Sort = (typeof SORTS)[number];

export function stateOf(line: CheckLine, progress: Progress): CheckState {
  if (progress.running.includes(line.site)) return "running";
  if (progress.waiting.includes(line.site)) return "waiting";
  return line.result?.outcome ?? "unchecked";
}

/** The loss that counts: the larger of both ways. */
export function lostOf(figures: Figures | null | undefined): number | null {
  if (!figures || (figures.lost_up === null && figures.lost_down === null)) return null;
  return Math.max(figures.lost_up ?? 0, figures.lost_down ?? 0);
}

/** Worse is larger; what was not measured comes last in every order but the worst first. */
function rank(line: CheckLine, by: Sort): number {
  const figures = line.result?.figures;
  const last = Number.NEGATIVE_INFINITY;
  switch (by) {
    case "worst": {
      const of = { failed: 30 + (line.result?.failed.length ?? 0), no_answer: 20, absent: 10, passed: 0 };
      return line.result ? of[line.result.outcome] : 5;
    }
    case "down":
      return figures?.down == null ? last : -figures.down;
    case "up":
      return figures?.up == null ? last : -figures.up;
    case "lost":
      return lostOf(figures) ?? last;
    case "round_trip":
      return figures?.round_trip ?? last;
    case "order":
      return 0;
  }
}

/** The sheet in another order; the meeting's own where two are as bad. */
export function sorted(lines: readonly CheckLine[], by: Sort): CheckLine[] {
  return [...lines].sort((a, b) => {
    const [one, other] = [rank(a, by), rank(b, by)];
    return one === other ? 0 : other > one ? 1 : -1;
  });
}

/** The sheet with what came in: new results, and who waits or measures now. */
export function advanced(sheet: CheckSheet, news: Progress & { results: Record<string, CheckResult> }): CheckSheet {
  const sites = sheet.sites.map((one) => (news.results[one.site] ? { ...one, result: news.results[one.site]! } : one));
  return { ...sheet, sites, waiting: news.waiting, running: news.running };
}
