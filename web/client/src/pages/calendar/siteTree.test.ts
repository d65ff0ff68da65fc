import { describe, expect, it } from "vitest";
import { addDays, clockOf, dayOf, mondayOf, momentOf } from "./days";
import { grouped, matching, plain, ticked } from "./siteTree";
import type { Site } from "./types";

function site(name: string, level: string, parent = ""): Site {
  return { site: name, unit: name, name, level, parent, receive_only: false };
}

const SITES = [site("Sở Nội vụ", "province"), site("Xã Như Xuân", "commune"), site("Phường Đông Sơn", "commune")];

describe("choosing sites", () => {
  it("finds names without accents and in any order of words", () => {
    expect(matching(SITES, "nhu xuan").map((one) => one.name)).toEqual(["Xã Như Xuân"]);
    expect(matching(SITES, "sơn ĐÔNG").map((one) => one.name)).toEqual(["Phường Đông Sơn"]);
    expect(matching(SITES, "  ")).toHaveLength(3);
    expect(plain("Đường  Ở Huế")).toBe("duong o hue");
  });

  it("groups by level and parent in the directory's order", () => {
    expect(grouped(SITES).map((group) => [group.name, group.sites.length])).toEqual([
      ["Cấp tỉnh", 1],
      ["Cấp xã", 2],
    ]);
  });

  it("keeps the directory's order whatever the order of ticking", () => {
    const two = ticked(SITES, ["Phường Đông Sơn"], [SITES[0]!], true);
    expect(two).toEqual(["Sở Nội vụ", "Phường Đông Sơn"]);
    expect(ticked(SITES, two, SITES, false)).toEqual([]);
  });
});

describe("days of the province", () => {
  it("turns at the province's midnight, not the computer's", () => {
    const beforeMidnight = Date.parse("2026-11-24T16:59:00Z");
    expect(dayOf(beforeMidnight)).toBe("2026-11-24");
    expect(dayOf(beforeMidnight + 60_000)).toBe("2026-11-25");
    expect(clockOf(beforeMidnight)).toBe("23:59");
  });

  it("knows its weeks and moments", () => {
    expect(mondayOf("2026-11-29")).toBe("2026-11-23");
    expect(mondayOf("2026-11-23")).toBe("2026-11-23");
    expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
    expect(clockOf(momentOf("2026-11-24", "08:30"))).toBe("08:30");
    expect(momentOf("2026-11-24", "")).toBeNaN();
  });
});
