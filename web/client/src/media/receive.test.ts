import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError } from "@/api";
import { receive, type Receiving } from "./receive";
import type { Slot } from "./slots";

/** A connection that answers what a browser answers, and whose path the test breaks. */
class Peer {
  static made: Peer[] = [];
  connectionState: RTCPeerConnectionState = "new";
  localDescription: { sdp: string } | null = null;
  remote: string[] = [];
  ontrack: ((event: object) => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  constructor() {
    Peer.made.push(this);
  }
  async setRemoteDescription({ sdp }: { sdp: string }): Promise<void> {
    this.remote.push(sdp);
    if (this.remote.length === 1) this.ontrack?.({ transceiver: { mid: "speaker-video" }, track: { id: sdp } });
  }
  createAnswer = async () => ({ type: "answer", sdp: `answer to ${this.remote.at(-1)}` });
  setLocalDescription = async (one: { sdp: string }) => void (this.localDescription = one);
  close = () => this.become("closed");
  become(state: RTCPeerConnectionState): void {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }
}
class Stream {
  tracks: { id: string }[] = [];
  getTracks = () => [...this.tracks];
  addTrack = (one: { id: string }) => void this.tracks.push(one);
  removeTrack = (one: { id: string }) => void (this.tracks = this.tracks.filter((other) => other !== one));
}

let asked: [string, Record<string, unknown>][] = [];
let offers = 0;
let kept: string[] = [];
let refuse: ((name: string) => ApiError | null) | null = null;
let heard: ((payload: Record<string, unknown>) => unknown) | null = null;
const room = {
  relays: () => [],
  signal: async <T extends object>(name: string, payload: object = {}) => {
    asked.push([name, payload as Record<string, unknown>]);
    const problem = refuse?.(name);
    if (problem) throw problem;
    if (name === "media.answer") return {} as T;
    if (name === "media.keep") return { kept } as T;
    offers += 1;
    const session = name === "media.restart" ? (payload as { session: string }).session : `s${offers}`;
    return { session, sdp: `offer ${offers}` } as T;
  },
  onSignal: (_: string, one: (payload: Record<string, unknown>) => unknown) => {
    heard = one;
    return () => void (heard = null);
  },
};
const shown = new Map<Slot, MediaStream | null>();
const told: Receiving[] = [];
const begin = () =>
  receive(room, (slot, stream) => shown.set(slot, stream), (state) => told.push(state), () => new Peer() as unknown as RTCPeerConnection);
const names = () => asked.map(([name]) => name);
const tracks = () => shown.get("speaker")?.getTracks().map((one) => one.id);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("MediaStream", Stream);
  vi.stubGlobal("window", globalThis);
  [asked, offers, refuse, Peer.made, told.length] = [[], 0, null, [], 0];
  shown.clear();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("the server's offer is answered, and its slots are shown", async () => {
  const receiver = begin();
  await vi.advanceTimersByTimeAsync(0);
  expect(names()).toEqual(["media.receive", "media.answer"]);
  expect(asked[1]?.[1]).toEqual({ session: "s1", sdp: "answer to offer 1" });
  expect(tracks()).toEqual(["offer 1"]);
  Peer.made[0]?.become("connected");
  expect(told.at(-1)).toBe("connected");
  receiver.close();
  expect(shown.get("speaker")).toBeNull();
});

test("a path that fails is restarted with new credentials on the same connection", async () => {
  const receiver = begin();
  await vi.advanceTimersByTimeAsync(0);
  Peer.made[0]?.become("connected");
  Peer.made[0]?.become("failed");
  await vi.advanceTimersByTimeAsync(1);
  expect(names().slice(2)).toEqual(["media.restart", "media.answer"]);
  Peer.made[0]?.become("connected");
  await vi.advanceTimersByTimeAsync(30_000);
  expect(Peer.made).toHaveLength(1);
  receiver.close();
});

test("a short interruption heals by itself", async () => {
  const receiver = begin();
  await vi.advanceTimersByTimeAsync(0);
  Peer.made[0]?.become("disconnected");
  await vi.advanceTimersByTimeAsync(1000);
  Peer.made[0]?.become("connected");
  await vi.advanceTimersByTimeAsync(30_000);
  expect(names()).toEqual(["media.receive", "media.answer"]);
  receiver.close();
});

test("where the restart does not help, all is negotiated afresh while the old picture stays in its stream", async () => {
  const receiver = begin();
  await vi.advanceTimersByTimeAsync(0);
  const stream = shown.get("speaker");
  refuse = (name) => (name === "media.restart" ? new ApiError("media.unknown_session", "") : null);
  Peer.made[0]?.become("failed");
  await vi.advanceTimersByTimeAsync(10);
  expect(Peer.made).toHaveLength(2);
  expect(Peer.made[0]?.connectionState).toBe("closed");
  expect(shown.get("speaker")).toBe(stream);
  expect(tracks()).toEqual(["offer 2"]);
  receiver.close();
});

test("an engine that restarts is asked again, each time later, until it answers", async () => {
  refuse = (name) => (name === "media.receive" && asked.length < 4 ? new ApiError("media.unavailable", "") : null);
  const receiver = begin();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(names()).toEqual(["media.receive", "media.receive", "media.receive", "media.receive", "media.answer"]);
  receiver.close();
});

test("a closed session is negotiated again with jitter; another page's is not ours", async () => {
  const receiver = begin();
  await vi.advanceTimersByTimeAsync(0);
  heard?.({ session: "other", reason: "" });
  await vi.advanceTimersByTimeAsync(20_000);
  expect(Peer.made).toHaveLength(1);
  heard?.({ session: "s1", reason: "" });
  await vi.advanceTimersByTimeAsync(0);
  expect(Peer.made).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(Peer.made).toHaveLength(2);
  receiver.close();
});

test("a page that may have no media asks once", async () => {
  refuse = () => new ApiError("media.none", "");
  const receiver = begin();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(names()).toEqual(["media.receive"]);
  expect(told.at(-1)).toBe("refused");
  receiver.close();
});

test("a page that closes while it waits asks no more", async () => {
  refuse = () => new ApiError("media.unavailable", "");
  const receiver = begin();
  await vi.advanceTimersByTimeAsync(0);
  receiver.close();
  const before = asked.length;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toHaveLength(before);
});

test("after the room's connection came back, a kept session goes on and a lost one is negotiated afresh", async () => {
  const receiver = begin();
  await vi.advanceTimersByTimeAsync(0);
  kept = ["s1"];
  await receiver.resume();
  expect(Peer.made).toHaveLength(1);
  kept = [];
  await receiver.resume();
  await vi.advanceTimersByTimeAsync(0);
  expect(Peer.made).toHaveLength(2);
  receiver.close();
});
