/** The slots of the stage as they lie in the receive connection: one m-line per slot and kind, named by its mid. */
export const SLOTS = ["speaker", "chair", "floor", "screen", "tile"] as const;
export type Slot = (typeof SLOTS)[number];
export type Streams = Record<Slot, MediaStream | null>;

/** The slot of an m-line, or null where the page knows no such slot (a newer server). */
export function slotOf(mid: string | null): Slot | null {
  const [name, kind, more] = (mid ?? "").split("-");
  const known = SLOTS.find((slot) => slot === name);
  return known && more === undefined && (kind === "audio" || kind === "video") ? known : null;
}

/**
 * One stream per slot that stays the same object while the tracks inside change, so that no element is attached
 * anew when the connection is.
 */
export class SlotStreams {
  private readonly streams = new Map<Slot, MediaStream>();

  constructor(
    private readonly put: (slot: Slot, stream: MediaStream | null) => void,
    private readonly make: () => MediaStream = () => new MediaStream(),
  ) {}

  /** Show `tracks` instead of what was there. */
  replace(tracks: readonly (readonly [Slot, MediaStreamTrack])[]): void {
    for (const slot of SLOTS) {
      const wanted = tracks.filter(([of]) => of === slot).map(([, track]) => track);
      const held = this.streams.get(slot);
      if (!held && !wanted.length) continue;
      const stream = held ?? this.make();
      for (const old of stream.getTracks()) if (!wanted.includes(old)) stream.removeTrack(old);
      for (const track of wanted) if (!stream.getTracks().includes(track)) stream.addTrack(track);
      if (held) continue;
      this.streams.set(slot, stream);
      this.put(slot, stream);
    }
  }

  clear(): void {
    for (const slot of this.streams.keys()) this.put(slot, null);
    this.streams.clear();
  }
}
