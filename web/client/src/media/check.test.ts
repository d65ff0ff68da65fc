import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { looksDark, measureDown, measureUp, momentOf, share, type Tools } from "./check";

const pair = (more: object) => ({ id: "p", type: "candidate-pair", state: "succeeded", nominated: true, ...more });
const report = (...all: object[]) => new Map(all.map((one, at) => [String(at), one])) as unknown as RTCStatsReport;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** What a measuring that waits comes to, without waiting. */
async function soon<T>(measured: Promise<T>): Promise<T> {
  await vi.runAllTimersAsync();
  return measured;
}

/** A line that lets `room` kbit/s through and loses `lost` thousandths of the rest. */
function line(room: number, lost = 0, more: Partial<Tools> = {}): Tools & { asked: number[] } {
  let received = 1000;
  const asked: number[] = [];
  return {
    asked,
    sending: async () => null,
    receiving: async () => report(pair({ bytesReceived: received })),
    probe: async (kbps, ms) => {
      asked.push(kbps);
      const sent = (kbps * ms) / 8;
      received += Math.round(Math.min(sent, (room * (ms + 500)) / 8) * (1 - lost / 1000));
      return sent;
    },
    httpUp: async () => 900,
    httpDown: async () => 800,
    level: () => 0.5,
    tell: () => null,
    ended: new AbortController().signal,
    ...more,
  };
}

test("a free line carries the fastest stretch", async () => {
  const tools = line(100_000);
  expect(await soon(measureDown(tools))).toEqual({ lost_down: 0, down: 3000, down_way: "media" });
  expect(tools.asked).toEqual([200, 600, 1500, 3000]);
});

test("a narrow line stops the climbing, and what it let through is its rate", async () => {
  const tools = line(400);
  const found = await soon(measureDown(tools));
  expect(tools.asked).toEqual([200, 600, 1500]);
  expect(found.lost_down).toBe(0);
  expect(found.down).toBeGreaterThan(350);
  expect(found.down).toBeLessThan(650);
});

test("loss is counted while the line is nearly free", async () => {
  expect((await soon(measureDown(line(100_000, 30)))).lost_down).toBe(30);
});

test("where the engine cannot measure, HTTP does, and the figures say so", async () => {
  const refused = line(0, 0, { probe: async () => Promise.reject(new Error("media.no_probe")) });
  expect(await soon(measureDown(refused))).toEqual({ lost_down: null, down: 800, down_way: "http" });
  const dead = line(0, 0, { receiving: async () => null, httpDown: async () => Promise.reject(new Error("busy")) });
  expect(await soon(measureDown(dead))).toEqual({ lost_down: null, down: null, down_way: "" });
});

test("the loudest moment counts, loss up is what the reports say, and a small estimate is not believed alone", async () => {
  let sent = 0;
  let at = 0;
  const sending = async () => report(pair({ availableOutgoingBitrate: 300_000, currentRoundTripTime: 0.0204 }), { id: "o", type: "outbound-rtp", packetsSent: (sent += 100) }, { id: "r", type: "remote-inbound-rtp", packetsLost: sent / 50 });
  const found = await soon(measureUp(line(0, 0, { sending, level: () => (++at === 7 ? 0.42 : 0.01) }), true));
  expect(found).toEqual({ level: 420, lost_up: 20, round_trip: 20, up: 900, up_way: "http" });
});

test("only the pair in use counts, and shares stay within their bounds", () => {
  const moment = momentOf([pair({ bytesReceived: 5 }), { ...pair({ bytesReceived: 900 }), nominated: false }] as unknown as RTCStats[]);
  expect(moment).toEqual({ received: 5, sent: 0, lost: 0, round_trip: null, room: null });
  expect([share(5, 0), share(-3, 10), share(30, 10), share(1, 4)]).toEqual([0, 0, 1000, 250]);
});

test("a covered camera is dark, a dim room is not", () => {
  expect(looksDark([12, 9, 8, 255, 20, 20, 20, 255])).toBe(true);
  expect(looksDark([12, 9, 8, 255, 20, 20, 60, 255])).toBe(false);
});
