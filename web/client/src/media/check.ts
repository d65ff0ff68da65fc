import { pause } from "./backoff";
import type { Problem } from "./problems";

/** What a technical check measured, as `check.done` sends it (signaling/PROTOCOL.md); null: not measured. */
export interface Figures {
  camera: DeviceState;
  width: number;
  height: number;
  microphone: DeviceState;
  /** The loudest moment, in thousandths. */
  level: number;
  connection: "up" | "blocked" | "none";
  /** In thousandths. */
  lost_up: number | null;
  lost_down: number | null;
  /** In ms. */
  round_trip: number | null;
  /** In kbit/s, and how they were measured. */
  up: number | null;
  down: number | null;
  up_way: "media" | "http" | "";
  down_way: "media" | "http" | "";
}
export type DeviceState = "ok" | "off" | "dark" | Exclude<Problem, "screen">;

/** What a check works with. */
export interface Tools {
  /** The figures of the page's two connections; null while one does not stand. */
  sending: () => Promise<RTCStatsReport | null>;
  receiving: () => Promise<RTCStatsReport | null>;
  /** Have the engine send so fast for so long; the bytes that it sends. Throws where it cannot. */
  probe: (kbps: number, ms: number) => Promise<number>;
  /** kbit/s by HTTP. */
  httpUp: () => Promise<number>;
  httpDown: () => Promise<number>;
  /** The microphone's loudness now, 0 to 1. */
  level: () => number;
  tell: (part: number) => void;
  ended: AbortSignal;
}

/** The counters of one moment that a check subtracts from another's. */
export interface Moment {
  received: number;
  sent: number;
  lost: number;
  round_trip: number | null;
  /** What the browser thinks that the line carries up, in kbit/s. */
  room: number | null;
}

export function momentOf(stats: Iterable<RTCStats>): Moment {
  const moment: Moment = { received: 0, sent: 0, lost: 0, round_trip: null, room: null };
  for (const one of stats) {
    if (one.type === "candidate-pair") {
      const pair = one as RTCIceCandidatePairStats;
      if (pair.state !== "succeeded" || !pair.nominated) continue;
      moment.received += pair.bytesReceived ?? 0;
      if (pair.currentRoundTripTime !== undefined) moment.round_trip = Math.round(pair.currentRoundTripTime * 1000);
      if (pair.availableOutgoingBitrate) moment.room = Math.round(pair.availableOutgoingBitrate / 1000);
    }
    if (one.type === "outbound-rtp") moment.sent += (one as RTCOutboundRtpStreamStats).packetsSent ?? 0;
    if (one.type === "remote-inbound-rtp") moment.lost += Math.max(0, (one as RTCStats & { packetsLost?: number }).packetsLost ?? 0);
  }
  return moment;
}

/** Thousandths of `part` in `whole`, within 0 and 1000. */
export function share(part: number, whole: number): number {
  return whole > 0 ? Math.min(1000, Math.max(0, Math.round((part * 1000) / whole))) : 0;
}

const LISTEN = 5000;
const STEP = 250;
/** What a camera in full sends, with room to spare, in kbit/s. */
const FULL_CAMERA = 1400;
/** Loss is counted where the line is nearly free; then faster and faster, until not nearly all arrives. In kbit/s and ms. */
const LIGHT = { kbps: 200, ms: 1000 };
const LADDER = [600, 1500, 3000];
const STRETCH = 800;
/** What is still on its way when the engine has sent all, in ms. */
const SETTLE = 500;
/** Below this share of what was sent, in thousandths, the line was full. */
const ARRIVED = 900;

/** Speak and send for a few seconds: how loud the microphone is, what is lost on the way up and what the line carries. */
export async function measureUp(tools: Tools, seen: boolean): Promise<Pick<Figures, "level" | "lost_up" | "round_trip" | "up" | "up_way">> {
  const first = await tools.sending();
  const begun = first ? momentOf(first.values()) : null;
  let [level, room] = [0, 0];
  let last: Moment | null = null;
  for (let at = 0; at < LISTEN; at += STEP) {
    if (!(await pause(STEP, tools.ended))) throw tools.ended.reason;
    level = Math.max(level, tools.level());
    const stats = await tools.sending();
    if (stats) {
      last = momentOf(stats.values());
      room = Math.max(room, last.room ?? 0);
    }
    tools.tell((0.5 * at) / LISTEN);
  }
  // A still picture does not fill the line, and what the browser thinks of it then says little: asked by HTTP too.
  const enough = seen && room >= FULL_CAMERA;
  const http = enough ? null : await tools.httpUp().catch(() => null);
  const own = enough || (seen && room > (http ?? 0));
  const up = own ? room : http;
  return {
    level: Math.round(level * 1000),
    lost_up: begun && last && last.sent > begun.sent ? share(last.lost - begun.lost, last.sent - begun.sent) : null,
    round_trip: last?.round_trip ?? null,
    up,
    up_way: up === null ? "" : own ? "media" : "http",
  };
}

/** One stretch of padding: the kbit/s that arrived, and the thousandths of it that did. */
async function stretch(tools: Tools, kbps: number, ms: number): Promise<{ kbps: number; arrived: number } | null> {
  const before = await tools.receiving();
  if (!before) return null;
  const sent = await tools.probe(kbps, ms);
  if (!(await pause(ms + SETTLE, tools.ended))) throw tools.ended.reason;
  const after = await tools.receiving();
  if (!after) return null;
  const came = momentOf(after.values()).received - momentOf(before.values()).received;
  const arrived = share(came, sent);
  return { kbps: arrived >= ARRIVED ? kbps : Math.round((came * 8) / (ms + SETTLE)), arrived };
}

/** What is lost on the way down and how much the line carries; by HTTP where the engine cannot measure. */
export async function measureDown(tools: Tools): Promise<Pick<Figures, "lost_down" | "down" | "down_way">> {
  try {
    const light = await stretch(tools, LIGHT.kbps, LIGHT.ms);
    if (!light) throw new Error("not connected");
    let best = light.kbps;
    for (const [at, kbps] of LADDER.entries()) {
      tools.tell(0.6 + (0.4 * at) / LADDER.length);
      const one = await stretch(tools, kbps, STRETCH);
      best = Math.max(best, one?.kbps ?? 0);
      if (!one || one.arrived < ARRIVED) break;
    }
    return { lost_down: 1000 - light.arrived, down: best, down_way: "media" };
  } catch {
    if (tools.ended.aborted) throw tools.ended.reason;
    const down = await tools.httpDown().catch(() => null);
    return { lost_down: null, down, down_way: down === null ? "" : "http" };
  }
}

/** Whether the camera gives more than darkness: one small picture of it, looked at. */
export async function isDark(track: MediaStreamTrack): Promise<boolean> {
  const video = document.createElement("video");
  video.muted = true;
  video.srcObject = new MediaStream([track]);
  try {
    await video.play();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [32, 18];
    const brush = canvas.getContext("2d", { willReadFrequently: true });
    if (!brush || !video.videoWidth) return true;
    brush.drawImage(video, 0, 0, canvas.width, canvas.height);
    return looksDark(brush.getImageData(0, 0, canvas.width, canvas.height).data);
  } catch {
    return true;
  } finally {
    video.srcObject = null;
  }
}

/** Whether no pixel (RGBA) of a picture is brighter than a covered camera's. */
export function looksDark(pixels: ArrayLike<number>): boolean {
  for (let at = 0; at + 2 < pixels.length; at += 4) {
    if (Math.max(pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0) > 28) return false;
  }
  return true;
}
