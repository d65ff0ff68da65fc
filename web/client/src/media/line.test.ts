import { expect, test } from "vitest";
import { speed, verdict } from "./line";

test("the verdict is as good as the worst direction of the line", () => {
  expect(verdict({ down_kbps: 20_000, up_kbps: 5000, rtt_ms: 20 })).toBe("good");
  expect(verdict({ down_kbps: 20_000, up_kbps: 600, rtt_ms: 20 })).toBe("medium");
  expect(verdict({ down_kbps: 900, up_kbps: 5000, rtt_ms: 20 })).toBe("medium");
  expect(verdict({ down_kbps: 20_000, up_kbps: 5000, rtt_ms: 700 })).toBe("sound");
  expect(verdict({ down_kbps: 300, up_kbps: 100, rtt_ms: 90 })).toBe("sound");
  expect(verdict({ down_kbps: 300, up_kbps: 30, rtt_ms: 90 })).toBe("poor");
});

test("transfers grow until one takes long enough, so that a thin line is not filled", async () => {
  let clock = 0;
  const made: number[] = [];
  const over = (kbps: number) => speed(async (kib) => void (made.push(kib), (clock += (kib * 8192) / kbps)), () => clock);
  expect(await over(200)).toBe(200);
  expect(made).toEqual([32]);
  made.length = 0;
  expect(await over(100_000)).toBe(100_000);
  expect(made).toEqual([32, 128, 512, 2048]);
});
