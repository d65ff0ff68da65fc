/** What a technical check found the line up to carry, kept on the device, so that sending starts from it. */
const KEY = "line.up";
/** A line changes: a figure of yesterday says little, in ms. */
const HOLDS = 12 * 3_600_000;
/** Where browsers start by themselves, and the most that a camera sends, in kbit/s; a fifth of the line stays free. */
const USUAL = 300;
const MOST = 1200;
const SHARE = 0.8;

export function rememberUp(kbps: number, now = Date.now()): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ kbps, at: now }));
  } catch {
    /* storage is forbidden: sending starts as usual */
  }
}

/** Where sending may start, in kbit/s; null: as the browser does by itself. */
export function startRate(now = Date.now()): number | null {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "null") as { kbps: number; at: number } | null;
    if (!found || !Number.isFinite(found.kbps) || now - found.at > HOLDS) return null;
    const rate = Math.min(MOST, Math.round(found.kbps * SHARE));
    return rate > 0 && Math.abs(rate - USUAL) > 20 ? rate : null;
  } catch {
    return null;
  }
}

/** The answer with a rate to start VP8 from; browsers that do not know the word pass over it. */
export function startingFrom(sdp: string, kbps: number | null): string {
  if (kbps === null) return sdp;
  return sdp.replace(/^a=rtpmap:(\d+) VP8\/90000\r?$/gim, (line, type: string) => `${line.trimEnd()}\r\na=fmtp:${type} x-google-start-bitrate=${kbps}\r`);
}
