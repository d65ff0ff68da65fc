import { describe, expect, it } from "vitest";
import { clocksOf, spanOf } from "./draft";

describe("the time in the form", () => {
  it("comes back as it went in", () => {
    const span = { starts_at: Date.parse("2026-11-24T01:00:00Z"), ends_at: Date.parse("2026-11-24T03:30:00Z") };
    expect(clocksOf(span)).toEqual({ day: "2026-11-24", from: "08:00", to: "10:30" });
    expect(spanOf(clocksOf(span))).toEqual(span);
  });

  it("goes over midnight, and waits for what is missing", () => {
    const night = spanOf({ day: "2026-11-24", from: "22:00", to: "01:00" });
    expect(night && night.ends_at - night.starts_at).toBe(3 * 3_600_000);
    expect(spanOf({ day: "", from: "08:00", to: "09:00" })).toBeNull();
    expect(spanOf({ day: "2026-11-24", from: "08:00", to: "" })).toBeNull();
  });
});
