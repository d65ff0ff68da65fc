import { onUnmounted, reactive } from "vue";
import { sentence } from "@/api";
import { pause } from "@/media/backoff";
import { isDark, measureDown, measureUp, type DeviceState, type Figures, type Tools } from "@/media/check";
import { capture, choice } from "@/media/devices";
import { meter } from "@/media/level";
import { speedDown, speedUp } from "@/media/line";
import type { Own, OwnState } from "@/media/own";
import type { Problem } from "@/media/problems";
import { rememberUp } from "@/media/startRate";
import type { Receiver } from "@/media/receive";
import { loadMe } from "@/session";
import type { Criterion } from "./checkSheet";
import type { Room } from "./room";

/** How the technical check of this place stands, as its page shows it. */
export interface SiteCheck {
  state: "idle" | "running" | "done" | "broken";
  /** How much of it is done, 0 to 1. */
  part: number;
  failed: Criterion[];
  figures: Figures | null;
  problem: string;
}

/** What a check uses of the page's media. */
interface Place {
  /** Whether this window carries the media of its site. */
  carries: () => boolean;
  state: OwnState;
  prepare: () => Promise<boolean>;
  sending: () => Own | null;
  receiving: () => Receiver | null;
  /** The check is over: what only it opened may be closed. */
  release: () => void;
}

/** The way of picture and sound must stand within so long, in ms. */
const RISE = 8000;

/** Measure devices and line whenever a technician has this site checked, and say what came of it. */
export function useSiteCheck(room: Room, place: Place): SiteCheck {
  const check = reactive<SiteCheck>({ state: "idle", part: 0, failed: [], figures: null, problem: "" });
  let ended = new AbortController();

  async function run(id: string): Promise<void> {
    ended.abort();
    ended = new AbortController();
    Object.assign(check, { state: "running", part: 0.02, failed: [], figures: null, problem: "" });
    const before = place.state.sending;
    try {
      await loadMe().catch(() => null); // a person's own measuring by HTTP needs the session's token
      await place.prepare();
      const figures = place.state.sending === "off" ? await withoutConnection() : await withConnection(id);
      const answer = await room.signal<{ failed: Criterion[] }>("check.done", { check: id, figures });
      if (figures.up) rememberUp(figures.up);
      Object.assign(check, { state: "done", failed: answer.failed, figures });
    } catch (problem) {
      if (ended.signal.aborted) return;
      Object.assign(check, { state: "broken", problem: sentence(problem) });
    } finally {
      if (!ended.signal.aborted && before === "off") place.release();
    }
  }

  function tools(id: string, level: () => number): Tools {
    const signal = ended.signal;
    return {
      sending: async () => (await place.sending()?.stats()) ?? null,
      receiving: async () => (await place.receiving()?.stats()) ?? null,
      probe: async (kbps, ms) => (await room.signal<{ octets: number }>("check.probe", { check: id, kbps, ms })).octets,
      httpUp: () => speedUp(room.meeting, signal),
      httpDown: () => speedDown(room.meeting, signal),
      level,
      tell: (part) => (check.part = part),
      ended: signal,
    };
  }

  async function withConnection(id: string): Promise<Figures> {
    const { state } = place;
    const own = place.sending();
    await own?.measure(true);
    try {
      const using = tools(id, () => state.level);
      let up = false;
      for (let at = 0; at < RISE && !up; at += 250) {
        up = !!(await using.sending()) && !!(await using.receiving());
        if (!up && !(await pause(250, ended.signal))) throw ended.signal.reason;
      }
      const camera = own?.picture ?? null;
      const devices = await looked(camera, state.microphone, state.problem);
      const sent = await measureUp(using, up && !!camera);
      return { ...devices, connection: up ? "up" : "blocked", ...sent, ...(await measureDown(using)) };
    } finally {
      await own?.measure(false);
    }
  }

  /** The server carries no picture and sound now: the devices alone, and the line by HTTP. */
  async function withoutConnection(): Promise<Figures> {
    const { microphone, camera, problem } = await capture(choice());
    let level = 0;
    const stop = microphone ? meter(microphone, (now) => (level = now)) : null;
    try {
      const using = tools("", () => level);
      const devices = await looked(camera, !!microphone, problem);
      return { ...devices, connection: "none", ...(await measureUp(using, false)), ...(await measureDown(using)) };
    } finally {
      stop?.();
      microphone?.stop();
      camera?.stop();
    }
  }

  const stop = room.onSignal("check.begin", ({ check: id }) => {
    if (place.carries()) void run(String(id));
  });
  onUnmounted(() => {
    stop();
    ended.abort();
  });
  return check;
}

async function looked(camera: MediaStreamTrack | null, microphone: boolean, problem: Problem | null) {
  const why: DeviceState = problem && problem !== "screen" ? problem : "missing";
  const { width = 0, height = 0 } = camera?.getSettings() ?? {};
  const seen: DeviceState = !camera ? (choice().picture ? why : "off") : (await isDark(camera)) ? "dark" : "ok";
  return { camera: seen, width, height, microphone: microphone ? ("ok" as const) : why };
}
