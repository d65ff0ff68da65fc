import { choice } from "./devices";

/** Small pictures of this place for the wall: of the picture that is sent, or of a camera opened for them alone. */
const WIDTH = 240;
const HEIGHT = 135;
const QUALITY = 0.6;

export class Stills {
  private readonly video = document.createElement("video");
  private own: MediaStreamTrack | null = null;
  private shown: MediaStreamTrack | null = null;

  constructor() {
    this.video.muted = true;
    this.video.playsInline = true;
  }

  /** One picture as JPEG; null where this place has none to give. `sent`: what the place sends already. */
  async take(sent: MediaStreamTrack | null): Promise<Blob | null> {
    const track = sent ?? (await this.camera());
    if (sent) this.dropOwn();
    if (!track || track.readyState === "ended") return null;
    if (track !== this.shown) {
      this.video.srcObject = new MediaStream([track]);
      this.shown = track;
      await this.video.play();
    }
    const { videoWidth, videoHeight } = this.video;
    if (!videoWidth || !videoHeight) return null;
    const canvas = document.createElement("canvas");
    const scale = Math.min(WIDTH / videoWidth, HEIGHT / videoHeight, 1);
    [canvas.width, canvas.height] = [Math.round(videoWidth * scale), Math.round(videoHeight * scale)];
    canvas.getContext("2d")?.drawImage(this.video, 0, 0, canvas.width, canvas.height);
    return new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  }

  private async camera(): Promise<MediaStreamTrack | null> {
    const { camera, picture } = choice();
    if (!picture) return null;
    if (this.own?.readyState === "live") return this.own;
    const video = { ...(camera ? { deviceId: { ideal: camera } } : {}), width: { ideal: 320 }, height: { ideal: 180 }, frameRate: { ideal: 5 } };
    const stream = await navigator.mediaDevices.getUserMedia({ video });
    this.own = stream.getVideoTracks()[0] ?? null;
    return this.own;
  }

  private dropOwn(): void {
    this.own?.stop();
    this.own = null;
  }

  /** Close the camera that was opened for these pictures. */
  stop(): void {
    this.dropOwn();
    this.video.srcObject = null;
    this.shown = null;
  }
}
