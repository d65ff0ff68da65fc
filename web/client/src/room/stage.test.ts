import { expect, test } from "vitest";
import type { Sitting, Stage } from "./sections";
import { fullness, hasPart, largeSlot, microphoneOpen, pictureOf } from "./stage";

const slot = (site = "", audio = false, video = false) => ({ site, audio, video });
const stage = (more: Partial<Stage> = {}): Stage => ({ speaker: slot(), chair: slot("hub", false, true), floor: slot(), screen: slot(), ...more });
const sitting = { chair_site: "hub" } as Sitting;

test("a microphone sends only where the server lets the site be heard", () => {
  expect(microphoneOpen(stage({ speaker: slot("a", true, true) }), "a")).toBe(true);
  expect(microphoneOpen(stage({ speaker: slot("a", false, true) }), "a")).toBe(false);
  expect(microphoneOpen(stage({ speaker: slot("a", true, true) }), "b")).toBe(false);
  expect(microphoneOpen(stage({ floor: slot("b", true) }), "b")).toBe(true);
  expect(microphoneOpen(stage({ screen: slot("b", true, true) }), "b")).toBe(false);
  expect(microphoneOpen(stage({ speaker: slot("", true) }), "")).toBe(false);
  expect(microphoneOpen(undefined, "a")).toBe(false);
});

test("devices are made ready at the chair's site and where a site is on the stage", () => {
  expect(hasPart(stage(), sitting, "hub")).toBe(true);
  expect(hasPart(stage(), sitting, "a")).toBe(false);
  expect(hasPart(stage({ floor: slot("a") }), sitting, "a")).toBe(true);
  expect(hasPart(stage({ floor: slot("") }), sitting, "")).toBe(false);
});

test("a slot never shows what is not there", () => {
  expect(pictureOf(slot(), "a", true)).toBe("none");
  expect(pictureOf(slot("a", true, true), "a", true)).toBe("own");
  expect(pictureOf(slot("b", true, false), "a", true)).toBe("paused");
  expect(pictureOf(slot("b", true, true), "a", false)).toBe("waiting");
  expect(pictureOf(slot("b", true, true), "a", true)).toBe("shown");
});

test("the chair is large while nobody speaks", () => {
  expect(largeSlot(stage())).toBe("chair");
  expect(largeSlot(stage({ speaker: slot("a") }))).toBe("speaker");
});

test("an indicator is empty in silence and full at loud speech", () => {
  expect([undefined, 127, 60, 15, 0].map(fullness)).toEqual([0, 0, 0, 1, 1]);
  expect(fullness(25)).toBeGreaterThan(fullness(40));
});
