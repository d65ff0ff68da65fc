import { describe, expect, it } from "vitest";
import { filterTree, keysOf } from "../../components/tree";
import { addDays, mondayOf, daysFrom } from "./days";
import { keysFor, sitesFrom, treeOf } from "./siteTree";
import type { Site } from "./types";

function site(name: string, level: string, parent = ""): Site {
  return { site: name, unit: name, name, level, parent, receive_only: false };
}

const SITES = [site("Sở Nội vụ", "province"), site("Xã Như Xuân", "commune"), site("Phường Đông Sơn", "commune")];

describe("choosing sites", () => {
  const tree = treeOf(SITES);

  it("groups by level in the directory's order", () => {
    expect(tree.map((group) => [group.label, group.children?.length])).toEqual([
      ["Cấp tỉnh", 1],
      ["Cấp xã", 2],
    ]);
  });

  it("ticks what a search without accents found, and nothing else of its group", () => {
    const found = filterTree(tree, "nhu xuan").flatMap(keysOf);
    expect(sitesFrom(SITES, found)).toEqual(["Xã Như Xuân"]);
  });

  it("ticks a group when all of it is chosen, and keeps the directory's order", () => {
    expect(keysFor(tree, ["Xã Như Xuân"])).toEqual(["Xã Như Xuân"]);
    const both = sitesFrom(SITES, ["Phường Đông Sơn", "Xã Như Xuân", "g:commune|"]);
    expect(both).toEqual(["Xã Như Xuân", "Phường Đông Sơn"]);
    expect(keysFor(tree, both)).toContain("g:commune|");
  });
});

describe("days of the calendar", () => {
  it("knows its weeks", () => {
    expect(mondayOf("2026-11-29")).toBe("2026-11-23");
    expect(mondayOf("2026-11-23")).toBe("2026-11-23");
    expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
    expect(daysFrom("2026-11-23", 7).at(-1)).toBe("2026-11-29");
  });
});
