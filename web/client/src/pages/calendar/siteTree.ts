// The tree in which sites are chosen: by level, then by parent, found without accents.

import type { Site } from "./types";

export interface SiteGroup {
  key: string;
  name: string;
  sites: Site[];
}

const LEVELS: Record<string, string> = {
  province: "Cấp tỉnh",
  district: "Cấp huyện",
  commune: "Cấp xã",
};

/** `Như Xuân` → `nhu xuan`; `Đông` → `dong`. */
export function plain(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .replace(/đ/gi, "d")
    .toLowerCase()
    .replace(/\s+/g, " ")
    .trim();
}

/** Sites whose name holds every word of the search, in any order. */
export function matching(sites: readonly Site[], search: string): Site[] {
  const words = plain(search).split(" ").filter(Boolean);
  return sites.filter((site) => {
    const name = plain(`${site.name} ${site.parent}`);
    return words.every((word) => name.includes(word));
  });
}

/** Groups in the order in which their first site comes. */
export function grouped(sites: readonly Site[]): SiteGroup[] {
  const groups = new Map<string, SiteGroup>();
  for (const site of sites) {
    const key = `${site.level}|${site.parent}`;
    let group = groups.get(key);
    if (!group) {
      const level = LEVELS[site.level] ?? site.level;
      group = { key, name: site.parent ? `${level} · ${site.parent}` : level || "Khác", sites: [] };
      groups.set(key, group);
    }
    group.sites.push(site);
  }
  return [...groups.values()];
}

/** The choice after ticking or unticking all of `sites`; the order of the directory is kept. */
export function ticked(
  all: readonly Site[],
  chosen: readonly string[],
  sites: readonly Site[],
  on: boolean,
): string[] {
  const next = new Set(chosen);
  for (const site of sites) {
    if (on) next.add(site.site);
    else next.delete(site.site);
  }
  return all.filter((site) => next.has(site.site)).map((site) => site.site);
}
