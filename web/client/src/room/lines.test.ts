import { expect, test } from "vitest";
import { gradeOf, statusOf, worstFirst, type LineReport } from "./lines";

const report = (more: Partial<LineReport> = {}): LineReport => ({ deaf: false, fps: 25, width: 1280, height: 720, freezes: 0, lost: 0, jitter_ms: 5, rtt_ms: 40, concealed: 0, at: 1000, ...more });

test("a line is as good as what the hall notices, and unknown when it says nothing", () => {
  expect(gradeOf(report(), 2000)).toBe("good");
  expect(gradeOf(report({ freezes: 1 }), 2000)).toBe("fair");
  expect(gradeOf(report({ concealed: 200 }), 2000)).toBe("poor");
  expect(gradeOf(report({ rtt_ms: 400 }), 2000)).toBe("fair");
  expect(gradeOf(report(), 30_000)).toBe("unknown");
  expect(gradeOf(undefined, 2000)).toBe("unknown");
});

test("a site that never came, one that was lost, one that waits and one that is in are told apart", () => {
  expect(statusOf({ connected: false, since: 0 }, "unknown")).toBe("never");
  expect(statusOf({ connected: false, since: 5 }, "good")).toBe("lost");
  expect(statusOf({ connected: true, since: 5 }, "unknown")).toBe("waiting");
  expect(statusOf({ connected: true, since: 5 }, "poor")).toBe("in");
});

test("trouble comes first, and equals keep their order", () => {
  const rows = [
    { id: 1, status: "in", grade: "good" }, { id: 2, status: "never", grade: "unknown" }, { id: 3, status: "in", grade: "poor" },
    { id: 4, status: "lost", grade: "unknown" }, { id: 5, status: "in", grade: "good" }, { id: 6, status: "in", grade: "fair" },
  ] as const;
  expect(worstFirst(rows).map((one) => one.id)).toEqual([4, 3, 6, 1, 5, 2]);
});
