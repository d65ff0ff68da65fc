// The tree in which sites are chosen: by level, then by parent. Groups have keys that no site has.
import type { TreeNode } from "@/components/tree";
import type { Site } from "./types";

const LEVELS: Record<string, string> = {
  province: "Cấp tỉnh",
  district: "Cấp huyện",
  commune: "Cấp xã",
};
const GROUP = "g:";

/** Groups in the order in which their first site comes. */
export function treeOf(sites: readonly Site[]): TreeNode[] {
  const groups = new Map<string, TreeNode & { children: TreeNode[] }>();
  for (const site of sites) {
    const key = `${GROUP}${site.level}|${site.parent}`;
    let group = groups.get(key);
    if (!group) {
      const level = LEVELS[site.level] ?? (site.level || "Khác");
      group = { key, label: site.parent ? `${level} · ${site.parent}` : level, children: [] };
      groups.set(key, group);
    }
    group.children.push({ key: site.site, label: site.name });
  }
  return [...groups.values()];
}

/** The keys to tick for these sites: a group is ticked when all of it is. */
export function keysFor(tree: readonly TreeNode[], chosen: readonly string[]): string[] {
  const set = new Set(chosen);
  const full = tree.filter((group) => (group.children ?? []).every((site) => set.has(site.key)));
  return [...chosen, ...full.map((group) => group.key)];
}

/** The sites among the ticked keys, in the directory's order. */
export function sitesFrom(sites: readonly Site[], keys: readonly string[]): string[] {
  const set = new Set(keys);
  return sites.filter((site) => set.has(site.site)).map((site) => site.site);
}
