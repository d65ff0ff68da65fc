import { expect, test } from "vitest";
import { backoff, pause } from "./backoff";

test("waiting doubles up to a bound and is spread over the upper half", () => {
  expect(backoff(0, () => 0)).toBe(250);
  expect(backoff(0, () => 1)).toBe(500);
  expect(backoff(3, () => 1)).toBe(4000);
  expect(backoff(400, () => 1)).toBe(15_000);
  expect(backoff(400, () => 0)).toBe(7500);
});

test("a pause ends at once when its page goes", async () => {
  const end = new AbortController();
  const waiting = pause(60_000, end.signal);
  end.abort();
  expect(await waiting).toBe(false);
  expect(await pause(1, end.signal)).toBe(false);
  expect(await pause(1, new AbortController().signal)).toBe(true);
});
