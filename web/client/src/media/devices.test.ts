import { afterEach, beforeEach, expect, test, vi } from "vitest";

vi.hoisted(() => vi.stubGlobal("document", { documentElement: {}, createElement: () => ({}) })); // the page's language is set on it
import { browserOf } from "./browser";
import { asLastTime, capture, checkPassed, choice, remember } from "./devices";
import { loudness } from "./level";
import { problemOf, problemSentence } from "./problems";

const named = (name: string) => Object.assign(new Error(name), { name });
const stored = new Map<string, string>();
let open: (constraints: MediaStreamConstraints) => object[];
let here: { kind: string; deviceId: string; label: string }[] = [];

beforeEach(() => {
  stored.clear();
  vi.stubGlobal("localStorage", { getItem: (key: string) => stored.get(key) ?? null, setItem: (key: string, value: string) => stored.set(key, value) });
  vi.stubGlobal("navigator", {
    userAgent: "",
    mediaDevices: {
      getUserMedia: async (constraints: MediaStreamConstraints) => {
        const tracks = open(constraints);
        return { getTracks: () => tracks };
      },
      enumerateDevices: async () => here,
    },
  });
  open = ({ audio, video }) => [...(audio ? [{ kind: "audio" }] : []), ...(video ? [{ kind: "video" }] : [])];
});
afterEach(() => vi.unstubAllGlobals());

test("devices are remembered, and a broken memory is the first choice again", () => {
  remember({ camera: "c1" });
  expect(choice()).toEqual({ camera: "c1", microphone: "", speaker: "", picture: true });
  stored.set("devices", "{");
  expect(choice().camera).toBe("");
});

test("a missing camera leaves the microphone, and is told", async () => {
  const all = open;
  open = (constraints) => {
    if (constraints.video) throw named("NotFoundError");
    return all(constraints);
  };
  expect(await capture(choice())).toEqual({ microphone: { kind: "audio" }, camera: null, problem: "missing" });
});

test("who forbids devices is not asked three times", async () => {
  let times = 0;
  open = () => {
    times += 1;
    throw named("NotAllowedError");
  };
  expect(await capture(choice())).toEqual({ microphone: null, camera: null, problem: "forbidden" });
  expect(times).toBe(1);
});

test("joining without a picture opens no camera", async () => {
  expect(await capture(remember({ picture: false }))).toEqual({ microphone: { kind: "audio" }, camera: null, problem: null });
});

test("the check is skipped only where the same devices are there and allowed", async () => {
  expect(await asLastTime()).toBe(false);
  checkPassed("c1", "m1");
  here = [{ kind: "videoinput", deviceId: "c1", label: "Camera" }, { kind: "audioinput", deviceId: "m1", label: "Micro" }];
  expect(await asLastTime()).toBe(true);
  here = [{ kind: "videoinput", deviceId: "c1", label: "" }, { kind: "audioinput", deviceId: "m1", label: "" }];
  expect(await asLastTime()).toBe(false); // not allowed any more: names are hidden
  here = [{ kind: "videoinput", deviceId: "c2", label: "Other" }, { kind: "audioinput", deviceId: "m1", label: "Micro" }];
  expect(await asLastTime()).toBe(false);
});

test("what went wrong is said for the browser at hand", () => {
  expect(problemOf(named("NotAllowedError"))).toBe("forbidden");
  expect(problemOf(named("NotReadableError"))).toBe("taken");
  expect(problemOf(named("OverconstrainedError"))).toBe("missing");
  expect(problemOf(new TypeError())).toBe("insecure");
  const agent = (family: string) => `Mozilla/5.0 (X11) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 ${family}`;
  expect(browserOf(agent("Edg/140.0"))).toBe("edge");
  expect(browserOf(agent("coc_coc_browser/140"))).toBe("coccoc");
  expect(browserOf(agent(""))).toBe("chrome");
  expect(browserOf("Mozilla/5.0 (Macintosh) AppleWebKit/605 Version/17.4 Safari/605")).toBe("safari");
  expect(problemSentence("forbidden", browserOf("Mozilla/5.0 Gecko Firefox/140.0"))).toContain("Firefox");
  for (const browser of ["chrome", "edge", "coccoc", "firefox", "safari"] as const) expect(problemSentence("forbidden", browser)).toContain("Thử lại");
});

test("loudness is nothing in silence and never more than one", () => {
  expect(loudness(new Float32Array(64))).toBe(0);
  expect(loudness([])).toBe(0);
  expect(loudness(new Float32Array(64).fill(0.1))).toBeCloseTo(0.5);
  expect(loudness(new Float32Array(64).fill(1))).toBe(1);
});
