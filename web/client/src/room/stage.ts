import type { Sitting, Stage } from "./sections";

const HEARD = ["speaker", "chair", "floor"] as const;

/** Whether the server lets this site's microphone be heard now: the page's own track follows it. */
export function microphoneOpen(stage: Stage | undefined, site: string): boolean {
  return !!stage && !!site && HEARD.some((slot) => stage[slot].site === site && stage[slot].audio);
}

/** Whether this site takes part in what is heard and seen, so that its devices are made ready. */
export function hasPart(stage: Stage | undefined, sitting: Sitting | undefined, site: string): boolean {
  if (!site) return false;
  return sitting?.chair_site === site || (!!stage && HEARD.some((slot) => stage[slot].site === site));
}

export type Picture = "shown" | "none" | "paused" | "waiting" | "own";

/**
 * What stands in a slot: nobody, one's own site (which never receives itself), a paused picture, one that has not
 * arrived yet, or the picture.
 */
export function pictureOf(slot: { site: string; video: boolean }, own: string, fresh: boolean): Picture {
  if (!slot.site) return "none";
  if (slot.site === own) return "own";
  if (!slot.video) return "paused";
  return fresh ? "shown" : "waiting";
}

/** The slot that is large when no paper and no screen is shown: the speaker's, or the chair's while nobody speaks. */
export function largeSlot(stage: Stage): "speaker" | "chair" {
  return stage.speaker.site ? "speaker" : "chair";
}

/** How full a level indicator is, 0 to 1, from a level in -dBov (0 loudest, 127 silence): speech lies about -20. */
export function fullness(level: number | undefined): number {
  return Math.min(1, Math.max(0, (60 - (level ?? 127)) / 45));
}
