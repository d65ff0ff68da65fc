import { capture, choice, remember } from "./devices";
import { meter } from "./level";
import { problemOf, type Problem } from "./problems";
import { send, type Sender, type Source, type Wanted } from "./send";
import type { Signalling } from "./signalling";

/** What this place sends, as its pages show it. */
export interface OwnState {
  sending: "off" | "starting" | "on" | "interrupted";
  problem: Problem | null;
  microphone: boolean;
  camera: boolean;
  sharing: boolean;
  /** Somebody looks or listens now. */
  watched: boolean;
  /** Small pictures of this place go to somebody's wall now. */
  pictured: boolean;
  /** The microphone's loudness, 0 to 1, also while it is closed. */
  level: number;
}
export const NOTHING: OwnState = { sending: "off", problem: null, microphone: false, camera: false, sharing: false, watched: false, pictured: false, level: 0 };

/**
 * The devices of this place and the connection that sends them. The microphone sends only while `open(true)`: the
 * server enforces that anyhow. A lost device is opened again as soon as the browser sees it.
 */
export class Own {
  private sender: Sender | null = null;
  private tracks: Partial<Record<Source, MediaStreamTrack>> = {};
  private heard: MediaStreamTrack | null = null;
  private stopMeter: (() => void) | null = null;
  private preparing: Promise<boolean> | null = null;
  private opened = false;
  private measuring = false;
  private wanted: Wanted = { microphone: true, camera: true, screen: true };
  private closed = false;
  private readonly plugged = () => void this.reopenLost();

  constructor(
    private readonly room: Signalling,
    readonly state: OwnState,
    private readonly unshared: () => void,
  ) {
    navigator.mediaDevices?.addEventListener?.("devicechange", this.plugged);
  }

  /** Open what is not open and send it. False where nothing could be sent; `state.problem` says why. */
  prepare(): Promise<boolean> {
    if (this.sender) return Promise.resolve(true);
    this.preparing ??= this.start().finally(() => (this.preparing = null));
    return this.preparing;
  }

  private async start(): Promise<boolean> {
    this.state.sending = "starting";
    await this.openDevices();
    if (this.closed) return false;
    try {
      const sender = await send(this.room, this.tracks, (interrupted) => (this.state.sending = interrupted ? "interrupted" : "on"));
      if (this.closed) {
        sender.close();
        return false;
      }
      this.sender = sender;
      this.state.sending = "on";
      await sender.want(this.wanted);
      return true;
    } catch (problem) {
      for (const source of ["microphone", "camera"] as const) this.drop(source);
      this.state.sending = "off";
      this.tell();
      throw problem;
    }
  }

  private async openDevices(): Promise<void> {
    const { microphone, camera, problem } = await capture(choice());
    this.state.problem = problem;
    if (this.closed) return void [microphone, camera].forEach((one) => one?.stop());
    if (microphone) this.take("microphone", microphone);
    if (camera) this.take("camera", camera);
  }

  private take(source: Source, track: MediaStreamTrack): void {
    this.drop(source);
    track.addEventListener("ended", () => this.lose(source, track));
    this.tracks[source] = track;
    if (source === "microphone") {
      this.heard = track.clone(); // metered while the one that is sent is closed
      this.stopMeter = meter(this.heard, (level) => (this.state.level = level));
      track.enabled = this.opened;
    }
    this.tell();
  }

  private drop(source: Source): void {
    this.tracks[source]?.stop();
    delete this.tracks[source];
    if (source !== "microphone") return;
    this.stopMeter?.();
    this.heard?.stop();
    [this.stopMeter, this.heard, this.state.level] = [null, null, 0];
  }

  private tell(): void {
    this.state.microphone = !!this.tracks.microphone;
    this.state.camera = !!this.tracks.camera;
    this.state.sharing = !!this.tracks.screen;
  }

  private lose(source: Source, track: MediaStreamTrack): void {
    if (this.tracks[source] !== track) return;
    this.drop(source);
    this.tell();
    void this.sender?.replace(source, null);
    if (source === "screen") this.unshared();
    else this.state.problem = "lost";
  }

  private async reopenLost(): Promise<void> {
    if (this.state.problem === "lost" && this.sender) await this.retry();
  }

  /** Open the devices again, as chosen now, and send them in place of the old ones. */
  async retry(): Promise<boolean> {
    if (!this.sender) return this.prepare();
    for (const source of ["microphone", "camera"] as const) this.drop(source);
    await this.openDevices();
    for (const source of ["microphone", "camera"] as const) await this.sender?.replace(source, this.tracks[source] ?? null);
    this.tell();
    return !this.state.problem;
  }

  async withoutPicture(): Promise<boolean> {
    remember({ picture: false });
    return this.retry();
  }

  /** The server says whether this place's microphone is open. */
  open(now: boolean): void {
    this.opened = now;
    if (this.tracks.microphone) this.tracks.microphone.enabled = now;
  }

  async want(wanted: Wanted): Promise<void> {
    this.wanted = wanted;
    this.state.watched = wanted.camera || wanted.microphone;
    if (!this.measuring) await this.sender?.want(wanted);
  }

  /** During a technical check everything is sent, whoever receives it. */
  async measure(now: boolean): Promise<void> {
    this.measuring = now;
    await this.sender?.want(now ? { microphone: true, camera: true, screen: false } : this.wanted);
  }

  /** The figures of the connection that sends, or null while there is none. */
  async stats(): Promise<RTCStatsReport | null> {
    return (await this.sender?.stats()) ?? null;
  }

  /** Ask for a screen and send it. False where the person gave none. */
  async share(): Promise<boolean> {
    try {
      const shown = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { max: 15 } }, audio: false });
      const track = shown.getVideoTracks()[0];
      if (!track) return false;
      this.take("screen", track);
      if (!(await this.prepare())) return false;
      await this.sender?.replace("screen", track);
      return true;
    } catch (thrown) {
      this.unshare();
      if (problemOf(thrown) !== "forbidden") this.state.problem = "screen"; // a closed chooser is no fault
      return false;
    }
  }

  unshare(): void {
    this.drop("screen");
    this.tell();
    void this.sender?.replace("screen", null);
  }

  /** The picture that is sent, to be shown to its own place. */
  get picture(): MediaStreamTrack | null {
    return this.tracks.camera ?? null;
  }

  /** The room's connection came back. */
  async resume(): Promise<void> {
    await this.sender?.resume();
  }

  close(): void {
    this.closed = true;
    navigator.mediaDevices?.removeEventListener?.("devicechange", this.plugged);
    for (const source of ["microphone", "camera", "screen"] as const) this.drop(source);
    this.sender?.close();
    this.sender = null;
    Object.assign(this.state, NOTHING);
  }
}
