import { beforeEach, expect, test, vi } from "vitest";
import { rememberUp, startingFrom, startRate } from "./startRate";

const ANSWER = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=rtpmap:111 opus/48000/2\r\nm=video 9 UDP/TLS/RTP/SAVPF 96 97\r\na=rtpmap:96 VP8/90000\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n";
const HOUR = 3_600_000;

beforeEach(() => {
  const held = new Map<string, string>();
  vi.stubGlobal("localStorage", { getItem: (key: string) => held.get(key) ?? null, setItem: (key: string, value: string) => void held.set(key, value) });
});

test("sending starts from four fifths of the line, within what a camera sends", () => {
  expect(startRate()).toBeNull();
  rememberUp(1000, 0);
  expect(startRate(HOUR)).toBe(800);
  rememberUp(90_000, 0);
  expect(startRate(HOUR)).toBe(1200);
  expect(startRate(13 * HOUR)).toBeNull();
});

test("what was kept may be anything", () => {
  for (const kept of ["", "{", "7", '{"kbps":"much","at":0}', '{"kbps":-5,"at":0}', "null"]) {
    localStorage.setItem("line.up", kept);
    expect(startRate(1)).toBeNull();
  }
});

test("only VP8 of the answer gets the word, and without a figure nothing changes", () => {
  const started = startingFrom(ANSWER, 800);
  expect(started).toContain("a=rtpmap:96 VP8/90000\r\na=fmtp:96 x-google-start-bitrate=800\r\na=rtpmap:97");
  expect(started.match(/x-google/g)).toHaveLength(1);
  expect(startingFrom(ANSWER, null)).toBe(ANSWER);
});
