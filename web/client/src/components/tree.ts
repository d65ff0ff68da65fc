import { matches } from "@/text/fold";

export interface TreeNode {
  key: string;
  label: string;
  children?: TreeNode[];
}

export type Tick = "all" | "some" | "none";

/** Keys of a node and of everything under it. */
export function keysOf(node: TreeNode): string[] {
  return [node.key, ...(node.children ?? []).flatMap(keysOf)];
}

export function tick(node: TreeNode, chosen: ReadonlySet<string>): Tick {
  const keys = keysOf(node);
  const count = keys.filter((key) => chosen.has(key)).length;
  return count === 0 ? "none" : count === keys.length ? "all" : "some";
}

/** The tree with only what matches, and the way to it; a node that matches keeps all that is under it. */
export function filterTree(nodes: TreeNode[], query: string): TreeNode[] {
  if (!query.trim()) return nodes;
  return nodes.flatMap((node) => {
    if (matches(node.label, query)) return [node];
    const children = filterTree(node.children ?? [], query);
    return children.length ? [{ ...node, children }] : [];
  });
}
