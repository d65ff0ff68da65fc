export type Browser = "coccoc" | "edge" | "chrome" | "firefox" | "safari";

/** The browser's family, by its own words: only to say where its switches are. */
export function browserOf(agent: string): Browser {
  if (/coc_coc|coccoc/i.test(agent)) return "coccoc";
  if (/Edg\//.test(agent)) return "edge";
  if (/Firefox\//.test(agent)) return "firefox";
  if (/Safari\//.test(agent) && !/Chrom/.test(agent)) return "safari";
  return "chrome";
}
