import { backoff, pause } from "./backoff";
import { isKept, peer, type Negotiated, type Signalling } from "./signalling";
import { startingFrom, startRate } from "./startRate";

export const SOURCES = ["microphone", "camera", "screen"] as const;
export type Source = (typeof SOURCES)[number];
/** What somebody looks at or listens to; `layers` names the camera's layers that are received (none: all). */
export type Wanted = Record<Source, boolean> & { layers?: string[] };

export interface Sender {
  /** Send `track` (or nothing) as `source`, without negotiating. */
  replace: (source: Source, track: MediaStreamTrack | null) => Promise<void>;
  /** Turn encodings on and off, as `media.wanted` says. */
  want: (wanted: Wanted) => Promise<void>;
  /** The figures of the living connection, or null while there is none. */
  stats: () => Promise<RTCStatsReport | null>;
  /** The room's connection came back: go on where the engine kept the session, else negotiate afresh. */
  resume: () => Promise<void>;
  close: () => void;
}

/** The most that each source may send, in bit/s, and how many pictures a second. */
const LIMITS: Record<Source, RTCRtpEncodingParameters[]> = {
  microphone: [{ maxBitrate: 40_000, priority: "high", networkPriority: "high" }],
  // The smallest picture first: that is the order in which the server counts layers.
  camera: [
    { rid: "l", maxBitrate: 200_000, maxFramerate: 15, scaleResolutionDownBy: 2 },
    { rid: "h", maxBitrate: 1_000_000, maxFramerate: 25, scaleResolutionDownBy: 1 },
  ],
  screen: [{ maxBitrate: 600_000, maxFramerate: 10 }],
};
const HINTS: Record<Source, string> = { microphone: "speech", camera: "motion", screen: "detail" };
const PATIENCE = 3000;
const isUp = (pc: RTCPeerConnection) => pc.connectionState === "connected";

/** VP8 and Opus with what repairs them; everything else is left out of the offer. */
export function preferred<C extends { mimeType: string }>(codecs: readonly C[]): C[] {
  return codecs.filter((one) => ["audio/opus", "video/vp8", "video/rtx"].includes(one.mimeType.toLowerCase()));
}

/** Ask for Opus with in-band repair and without packets in silence, where the browser leaves it out of its offer. */
export function withOpusRepair(sdp: string): string {
  const type = /^a=rtpmap:(\d+) opus\/48000/im.exec(sdp)?.[1];
  if (!type) return sdp;
  return sdp.replace(new RegExp(`^(a=fmtp:${type} )(.*?)(\\r?)$`, "m"), (_, start: string, said: string, end: string) => {
    const kept = said.split(";").filter((one) => one && !/^\s*(useinbandfec|usedtx)=/.test(one));
    return `${start}${[...kept, "useinbandfec=1", "usedtx=1"].join(";")}${end}`;
  });
}

/** Which encodings are on: every one of the source, or where layers are named those alone. */
export function switched(parameters: RTCRtpSendParameters, active: boolean, layers?: readonly string[]): RTCRtpSendParameters | null {
  const on = (one: RTCRtpEncodingParameters) => active && (!layers || !one.rid || layers.includes(one.rid));
  if (!parameters.encodings?.length || parameters.encodings.every((one) => one.active === on(one))) return null;
  return { ...parameters, encodings: parameters.encodings.map((one) => ({ ...one, active: on(one) })) };
}

/**
 * Send what this place has: three m-lines from the start, filled by replacing tracks. It resolves when the server
 * has taken the offer, and keeps itself connected until closed; `lost` is called at each interruption and its end.
 */
export async function send(
  room: Signalling,
  first: Partial<Record<Source, MediaStreamTrack>>,
  lost: (interrupted: boolean) => void,
  make: () => RTCPeerConnection = () => peer(room),
): Promise<Sender> {
  const ended = new AbortController();
  const tracks = new Map<Source, MediaStreamTrack>();
  let wanted: Wanted | null = null;
  let senders = new Map<Source, RTCRtpSender>();
  let pc: RTCPeerConnection | null = null;
  let session = "";
  let mending = false;
  for (const source of SOURCES) if (first[source]) hold(source, first[source]);

  function hold(source: Source, track: MediaStreamTrack): void {
    if ("contentHint" in track) track.contentHint = HINTS[source];
    tracks.set(source, track);
  }

  async function negotiate(): Promise<void> {
    const fresh = make();
    const offered = new Map<Source, RTCRtpTransceiver>();
    for (const source of SOURCES) {
      const kind = source === "microphone" ? "audio" : "video";
      const line = fresh.addTransceiver(tracks.get(source) ?? kind, { direction: "sendonly", sendEncodings: LIMITS[source] });
      const codecs = RTCRtpSender.getCapabilities(kind)?.codecs;
      if (codecs) line.setCodecPreferences(preferred(codecs));
      offered.set(source, line);
    }
    try {
      const offer = await fresh.createOffer();
      await fresh.setLocalDescription({ type: "offer", sdp: withOpusRepair(offer.sdp ?? "") });
      const mids = Object.fromEntries(SOURCES.map((source) => [offered.get(source)?.mid ?? "", source]));
      const answer = await room.signal<Negotiated>("media.send", { sdp: fresh.localDescription?.sdp ?? "", tracks: mids });
      await fresh.setRemoteDescription({ type: "answer", sdp: startingFrom(answer.sdp, startRate()) });
      if (ended.signal.aborted) return fresh.close();
      pc?.close();
      [pc, session] = [fresh, answer.session];
    } catch (problem) {
      fresh.close();
      throw problem;
    }
    senders = new Map(SOURCES.flatMap((source) => (offered.get(source) ? [[source, offered.get(source)!.sender]] : [])));
    fresh.onconnectionstatechange = () => void watch(fresh);
    for (const source of SOURCES) await senders.get(source)?.replaceTrack(tracks.get(source) ?? null);
    if (wanted) await apply(wanted);
  }

  async function apply(now: Wanted): Promise<void> {
    // at the same time: a new speaker's picture does not wait for its microphone
    await Promise.all(
      [...senders].map(async ([source, sender]) => {
        const parameters = switched(sender.getParameters(), now[source], source === "camera" ? now.layers : undefined);
        if (parameters) await sender.setParameters(parameters);
      }),
    );
  }

  async function watch(of: RTCPeerConnection): Promise<void> {
    if (of !== pc || ended.signal.aborted) return;
    if (of.connectionState === "connected") return lost(false);
    if (of.connectionState !== "failed" && of.connectionState !== "disconnected") return;
    lost(true);
    if (of.connectionState === "disconnected" && !(await pause(PATIENCE, ended.signal))) return;
    if (of === pc && !isUp(of)) await mend(of);
  }

  /** New ICE credentials first; then a fresh connection, with jitter, until it stands. */
  async function mend(of: RTCPeerConnection): Promise<void> {
    if (mending) return;
    mending = true;
    try {
      await restart(of);
      if (await pause(PATIENCE, ended.signal)) {
        for (let failures = 0; of === pc && !isUp(of); failures++) {
          if (!(await pause(backoff(failures), ended.signal))) return;
          await negotiate().catch(() => null); // told by `lost` already; tried again
        }
      }
    } finally {
      mending = false;
    }
  }

  async function restart(of: RTCPeerConnection): Promise<void> {
    try {
      await of.setLocalDescription(await of.createOffer({ iceRestart: true }));
      const answer = await room.signal<Negotiated>("media.restart", { session, sdp: of.localDescription?.sdp ?? "" });
      await of.setRemoteDescription({ type: "answer", sdp: answer.sdp });
    } catch {
      /* the session is gone: negotiated afresh by `mend` */
    }
  }

  /** A fresh connection, tried with jitter until it stands; one at a time. */
  async function afresh(): Promise<void> {
    const before = session;
    lost(true);
    for (let failures = 1; await pause(backoff(failures), ended.signal); failures++) {
      if (session !== before || (await negotiate().then(() => true, () => false))) return;
    }
  }
  const stop = room.onSignal("media.closed", (why) => {
    if (why.session === session) void afresh();
  });
  try {
    await negotiate();
  } catch (problem) {
    close();
    throw problem;
  }

  function close(): void {
    ended.abort();
    stop();
    pc?.close();
  }

  return {
    replace: async (source, track) => {
      if (track) hold(source, track);
      else tracks.delete(source);
      await senders.get(source)?.replaceTrack(track);
    },
    want: async (now) => {
      wanted = now;
      await apply(now);
    },
    stats: async () => (pc && isUp(pc) ? pc.getStats() : null),
    resume: async () => {
      if (!(await isKept(room, session))) await afresh();
    },
    close,
  };
}
