import { ApiError } from "@/api";
import { backoff, pause } from "./backoff";
import { isKept, peer, type Negotiated, type Signalling } from "./signalling";
import { slotOf, SlotStreams, type Slot } from "./slots";

/** How the page's receiving stands: `refused` is final (this page, or this server, carries no media). */
export type Receiving = "connecting" | "connected" | "interrupted" | "refused";

export interface Receiver {
  /** The figures of the living connection, or null while there is none. */
  stats: () => Promise<RTCStatsReport | null>;
  /** The room's connection came back: go on where the engine kept the session, else negotiate afresh. */
  resume: () => Promise<void>;
  close: () => void;
}

/** How long ICE may be interrupted before the page asks for new credentials, and how long it then waits, in ms. */
const PATIENCE = 3000;
const FINAL = new Set(["media.none", "media.no_endpoint"]);

const isUp = (pc: RTCPeerConnection) => pc.connectionState === "connected";

interface Attempt {
  session: string;
  pc: RTCPeerConnection;
}

/**
 * Receive the slots. The server offers once; when the speaker changes nothing is negotiated. A failed path is
 * restarted with new ICE credentials, then negotiated afresh, with jitter; what was shown stays until the new one is.
 */
export function receive(
  room: Signalling,
  put: (slot: Slot, stream: MediaStream | null) => void,
  tell: (state: Receiving) => void,
  make: () => RTCPeerConnection = () => peer(room),
): Receiver {
  const streams = new SlotStreams(put);
  const ended = new AbortController();
  let current: Attempt | null = null;
  let failures = 0;
  let running = false;
  let again = false;
  let patience = 0;

  async function negotiate(): Promise<void> {
    const offer = await room.signal<Negotiated>("media.receive");
    const attempt: Attempt = { session: offer.session, pc: make() };
    const { pc } = attempt;
    const tracks: [Slot, MediaStreamTrack][] = [];
    pc.ontrack = ({ transceiver, track }) => {
      const slot = slotOf(transceiver.mid);
      if (slot) tracks.push([slot, track]);
    };
    pc.onconnectionstatechange = () => watch(attempt);
    const before = current;
    current = attempt;
    try {
      await answer(attempt, offer);
    } catch (problem) {
      pc.close();
      current = before;
      throw problem;
    }
    before?.pc.close();
    streams.replace(tracks);
  }

  async function answer({ pc }: Attempt, offer: Negotiated): Promise<void> {
    await pc.setRemoteDescription({ type: "offer", sdp: offer.sdp });
    await pc.setLocalDescription(await pc.createAnswer());
    await room.signal("media.answer", { session: offer.session, sdp: pc.localDescription?.sdp ?? "" });
  }

  function watch(attempt: Attempt): void {
    if (attempt !== current || ended.signal.aborted) return;
    const state = attempt.pc.connectionState;
    if (state === "connected") {
      failures = 0;
      clearTimeout(patience);
      return tell("connected");
    }
    if (state !== "disconnected" && state !== "failed") return;
    tell("interrupted");
    clearTimeout(patience);
    patience = window.setTimeout(() => void restart(attempt), state === "failed" ? 0 : PATIENCE);
  }

  async function restart(attempt: Attempt): Promise<void> {
    if (attempt !== current || isUp(attempt.pc)) return;
    try {
      await answer(attempt, await room.signal<Negotiated>("media.restart", { session: attempt.session }));
      if (!(await pause(PATIENCE, ended.signal)) || isUp(attempt.pc)) return;
    } catch {
      /* the engine does not know the session any more: negotiated afresh below */
    }
    if (attempt === current) void start();
  }

  /** Negotiate until it is done; one loop at a time. */
  async function start(): Promise<void> {
    again = true;
    if (running) return;
    running = true;
    while (again && !ended.signal.aborted) {
      again = false;
      try {
        await negotiate();
      } catch (problem) {
        if (problem instanceof ApiError && FINAL.has(problem.id)) {
          tell("refused");
          break;
        }
        tell("interrupted");
        again = await pause(backoff(failures++), ended.signal);
      }
    }
    running = false;
  }

  const stop = room.onSignal("media.closed", async ({ session }) => {
    if (session !== current?.session) return;
    tell("interrupted");
    if (await pause(backoff(2), ended.signal)) void start();
  });
  tell("connecting");
  void start();

  return {
    stats: async () => (current?.pc.connectionState === "connected" ? current.pc.getStats() : null),
    resume: async () => {
      const session = current?.session ?? "";
      if (running || ended.signal.aborted || (await isKept(room, session))) return;
      if (!ended.signal.aborted && (current?.session ?? "") === session) void start();
    },
    close: () => {
      ended.abort();
      clearTimeout(patience);
      stop();
      current?.pc.close();
      current = null;
      streams.clear();
    },
  };
}
