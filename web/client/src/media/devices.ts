import { problemOf, type Problem } from "./problems";

/** Which devices this place uses; kept on the device. An empty id is the browser's own choice. */
export interface Choice {
  camera: string;
  microphone: string;
  speaker: string;
  /** False: join without a picture. */
  picture: boolean;
}
const KEY = "devices";
const FIRST: Choice = { camera: "", microphone: "", speaker: "", picture: true };

export function choice(): Choice {
  try {
    return { ...FIRST, ...(JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Choice>) };
  } catch {
    return { ...FIRST };
  }
}

export function remember(change: Partial<Choice>): Choice {
  const kept = { ...choice(), ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
    globalThis.dispatchEvent?.(new Event("devices"));
  } catch {
    /* storage is forbidden: the choice lasts as long as the page */
  }
  return kept;
}

export interface Captured {
  microphone: MediaStreamTrack | null;
  camera: MediaStreamTrack | null;
  /** Why one of them, or both, is missing. */
  problem: Problem | null;
}

const wish = (id: string) => (id ? { deviceId: { ideal: id } } : {});
const SOUND = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const PICTURE = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 25, max: 30 } };

/** Open the chosen devices. What can be opened is, and the problem says why the rest was not. */
export async function capture(wanted: Choice): Promise<Captured> {
  const audio = { ...wish(wanted.microphone), ...SOUND };
  const video = wanted.picture ? { ...wish(wanted.camera), ...PICTURE } : false;
  let problem: Problem;
  try {
    return captured(await open({ audio, video }), null);
  } catch (thrown) {
    problem = problemOf(thrown);
    if (problem === "insecure" || problem === "forbidden" || !video) return { microphone: null, camera: null, problem };
  }
  const [sound, picture] = [await open({ audio }).catch(() => null), await open({ video }).catch(() => null)];
  const both = [...(sound?.getTracks() ?? []), ...(picture?.getTracks() ?? [])];
  return captured({ getTracks: () => both }, problem);
}

async function open(constraints: MediaStreamConstraints): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia(constraints);
}

function captured(stream: Pick<MediaStream, "getTracks">, problem: Problem | null): Captured {
  const of = (kind: string) => stream.getTracks().find((one) => one.kind === kind) ?? null;
  return { microphone: of("audio"), camera: of("video"), problem };
}

export interface Listed {
  value: string;
  label: string;
}

/** The devices of one kind, by name; names are known only once a device was opened. */
export async function listed(kind: MediaDeviceKind, fallback: string): Promise<Listed[]> {
  const all = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
  return all
    .filter((one) => one.kind === kind && one.deviceId)
    .map((one, at) => ({ value: one.deviceId, label: one.label || `${fallback} ${at + 1}` }));
}

/** A technical check that passed: these devices, then. */
interface Passed {
  camera: string;
  microphone: string;
}
const PASSED = "devices.passed";

export function checkPassed(camera: string, microphone: string): void {
  localStorage.setItem(PASSED, JSON.stringify({ camera, microphone } satisfies Passed));
}

/** Whether all is as at the last check that passed: allowed, and the same devices are there. */
export async function asLastTime(): Promise<boolean> {
  try {
    const passed = JSON.parse(localStorage.getItem(PASSED) ?? "null") as Passed | null;
    if (!passed) return false;
    const here = await navigator.mediaDevices.enumerateDevices();
    return [passed.camera, passed.microphone].every((id) => !id || here.some((one) => one.deviceId === id && one.label !== ""));
  } catch {
    return false;
  }
}
