/** What negotiation asks of the room's connection (signaling/PROTOCOL.md, media). */
export interface Signalling {
  /** TURN relays with credentials for now; empty where the office has none. */
  relays: () => RTCIceServer[];
  signal: <T extends object = Record<string, unknown>>(name: string, payload?: object) => Promise<T>;
  onSignal: (name: string, heard: (payload: Record<string, unknown>) => void) => () => void;
}

/** A connection to the engine: one transport, through a relay where there is no direct way. */
export const peer = (room: Signalling) => new RTCPeerConnection({ bundlePolicy: "max-bundle", iceServers: room.relays() });

/** The answer to an offer, or an offer: one session of the media engine. */
export interface Negotiated {
  session: string;
  sdp: string;
}

/** Whether the engine kept a session while the room's connection was away. */
export async function isKept(room: Signalling, session: string): Promise<boolean> {
  if (!session) return false;
  return room.signal<{ kept?: string[] }>("media.keep", { sessions: [session] }).then(({ kept }) => !!kept?.includes(session), () => false);
}
