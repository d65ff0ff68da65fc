import { request } from "@/api";

/** What the line carried, measured by real transfers. */
export interface Line {
  down_kbps: number;
  up_kbps: number;
  rtt_ms: number;
}
export type Verdict = "good" | "medium" | "sound" | "poor";

/** The stage takes about 1,750 kbit/s down with sound, a camera 1,000 up; half the picture and a third of the room to spare. */
export function verdict({ down_kbps, up_kbps, rtt_ms }: Line): Verdict {
  if (down_kbps >= 2400 && up_kbps >= 1400 && rtt_ms <= 300) return "good";
  if (down_kbps >= 700 && up_kbps >= 500 && rtt_ms <= 600) return "medium";
  return down_kbps >= 120 && up_kbps >= 60 && rtt_ms <= 1500 ? "sound" : "poor";
}

const SIZES = [32, 128, 512, 2048] as const; // KiB, each about four times the one before
/** A transfer of this long says enough, in ms. */
const ENOUGH = 700;

/** kbit/s of the largest transfer made, growing until one took long enough to be told from the way there and back. */
export async function speed(transfer: (kib: number) => Promise<unknown>, now = () => performance.now()): Promise<number> {
  let best = 0;
  for (const kib of SIZES) {
    const begun = now();
    await transfer(kib);
    const took = Math.max(1, now() - begun);
    best = Math.round((kib * 1024 * 8) / took);
    if (took >= ENOUGH) break;
  }
  return best;
}

const path = (meeting: string, kib: number) => `/api/line-check?meeting=${encodeURIComponent(meeting)}&kib=${kib}&at=${Math.random()}`;

/** kbit/s down, by HTTP. */
export function speedDown(meeting: string, signal: AbortSignal): Promise<number> {
  return speed(async (kib) => request("GET", path(meeting, kib), undefined, signal));
}

/** kbit/s up, by HTTP. */
export function speedUp(meeting: string, signal: AbortSignal): Promise<number> {
  const block = new Uint8Array(2048 * 1024);
  for (let at = 0; at < block.length; at += 65_536) crypto.getRandomValues(block.subarray(at, at + 65_536));
  return speed(async (kib) => request("POST", path(meeting, 0), new Blob([block.subarray(0, kib * 1024)]), signal));
}

/** Measure the line to the server: the quickest of five answers, then growing transfers down and up. */
export async function measure(meeting: string, tell: (part: number) => void, signal: AbortSignal): Promise<Line> {
  const times: number[] = [];
  for (let one = 0; one < 5; one++) {
    const begun = performance.now();
    await request("GET", path(meeting, 0), undefined, signal);
    times.push(performance.now() - begun);
    tell((one + 1) / 15);
  }
  const down_kbps = await speedDown(meeting, signal);
  tell(0.66);
  const up_kbps = await speedUp(meeting, signal);
  tell(1);
  return { down_kbps, up_kbps, rtt_ms: Math.round(Math.min(...times)) };
}
