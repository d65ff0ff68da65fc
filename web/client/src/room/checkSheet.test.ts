import { expect, test } from "vitest";
import type { Figures } from "@/media/check";
import { advanced, sorted, stateOf, type CheckLine, type CheckResult, type CheckSheet } from "./checkSheet";

const figures = { lost_up: 0, lost_down: null, round_trip: 20, up: 900, down: 3000 } as Figures;
const line = (site: string, result: Partial<CheckResult> | null): CheckLine => ({ site, name: site, level: "commune", receive_only: false, result: result && { at: 1, outcome: "passed", failed: [], figures: null, ...result } });
const lines = [
  line("good", { figures }),
  line("never", null),
  line("one", { outcome: "failed", failed: ["up"], figures: { ...figures, up: 100 } }),
  line("away", { outcome: "absent" }),
  line("two", { outcome: "failed", failed: ["camera", "down"], figures: { ...figures, down: 300 } }),
];
const names = (all: CheckLine[]) => all.map((one) => one.site);

test("the worst comes first, and the slowest where speed is asked for", () => {
  expect(names(sorted(lines, "worst"))).toEqual(["two", "one", "away", "never", "good"]);
  expect(names(sorted(lines, "down"))).toEqual(["two", "good", "one", "never", "away"]);
  expect(names(sorted(lines, "order"))).toEqual(names(lines));
});

test("news replace results and say who waits and measures", () => {
  const before = { sites: lines, waiting: ["never"], running: [] } as unknown as CheckSheet;
  const after = advanced(before, { results: { never: { at: 2, outcome: "passed", failed: [], figures } }, waiting: [], running: ["one"] });
  expect(after.sites.map((one) => stateOf(one, after))).toEqual(["passed", "passed", "running", "absent", "failed"]);
  expect(stateOf(lines[1]!, before)).toBe("waiting");
});
