import { expect, test } from "vitest";
import { readReport } from "./report";

const video = (more: object) => ({ id: "v", type: "inbound-rtp", kind: "video", ...more }) as unknown as RTCStats;
const audio = (more: object) => ({ id: "a", type: "inbound-rtp", kind: "audio", ...more }) as unknown as RTCStats;

test("a report counts what happened since the one before, and the largest living picture", () => {
  const first = readReport([
    video({ framesPerSecond: 24.6, frameWidth: 1280, frameHeight: 720, freezeCount: 1, packetsLost: 5 }),
    video({ framesPerSecond: 25, frameWidth: 320, frameHeight: 180, freezeCount: 0, packetsLost: 0 }),
    video({ frameWidth: 1920, frameHeight: 1080, packetsLost: 0 }),
    audio({ packetsReceived: 9, jitter: 0.0124, packetsLost: 1, totalSamplesReceived: 48_000, concealedSamples: 480, silentConcealedSamples: 0 }),
    { id: "p", type: "candidate-pair", nominated: true, state: "succeeded", currentRoundTripTime: 0.0321 } as unknown as RTCStats,
  ], null, true);
  expect(first.report).toEqual({ deaf: true, fps: 25, width: 1280, height: 720, freezes: 0, lost: 0, jitter_ms: 12, rtt_ms: 32, concealed: 0 });
  const second = readReport([
    video({ framesPerSecond: 12, frameWidth: 640, frameHeight: 360, freezeCount: 3, packetsLost: 15 }),
    audio({ packetsReceived: 20, jitter: 0.002, packetsLost: 1, totalSamplesReceived: 96_000, concealedSamples: 5760, silentConcealedSamples: 480 }),
  ], first.counters, false);
  expect(second.report).toMatchObject({ deaf: false, freezes: 2, lost: 10, concealed: 100, rtt_ms: 0 });
});

test("counters that began anew with a new connection give no negative figures", () => {
  const before = { freezes: 10, lost: 100, samples: 9_000_000, concealed: 5000 };
  const { report } = readReport([video({ freezeCount: 0, packetsLost: 2 })], before, false);
  expect(report).toMatchObject({ freezes: 0, lost: 0, concealed: 0 });
});
