import { expect, test } from "vitest";
import { slotOf, SlotStreams, type Slot } from "./slots";

class Stream {
  tracks: MediaStreamTrack[] = [];
  getTracks = () => [...this.tracks];
  addTrack = (one: MediaStreamTrack) => void this.tracks.push(one);
  removeTrack = (one: MediaStreamTrack) => void (this.tracks = this.tracks.filter((other) => other !== one));
}
const track = (id: string) => ({ id }) as MediaStreamTrack;

test("an m-line's mid names its slot; what is unknown is left alone", () => {
  expect(slotOf("speaker-video")).toBe("speaker");
  expect(slotOf("tile-audio")).toBe("tile");
  for (const mid of [null, "", "speaker", "speaker-text", "other-video", "speaker-video-2", "0"]) expect(slotOf(mid)).toBeNull();
});

test("a slot keeps its stream when the connection is made anew, and only its tracks change", () => {
  const shown = new Map<Slot, MediaStream | null>();
  const streams = new SlotStreams((slot, stream) => shown.set(slot, stream), () => new Stream() as unknown as MediaStream);
  const [one, two, other] = [track("1"), track("2"), track("3")];
  streams.replace([["speaker", one], ["speaker", two], ["chair", other]]);
  const before = shown.get("speaker");
  expect(before?.getTracks()).toEqual([one, two]);
  const [newer] = [track("4")];
  streams.replace([["speaker", newer]]);
  expect(shown.get("speaker")).toBe(before);
  expect(before?.getTracks()).toEqual([newer]);
  expect(shown.get("chair")?.getTracks()).toEqual([]);
  streams.clear();
  expect(shown.get("speaker")).toBeNull();
});
