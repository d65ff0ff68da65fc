import type { Sections } from "./sections";

/** A message `view`: sections that replace what the page has. */
export interface ViewMessage {
  after: number;
  seq: number;
  set: Partial<Sections>;
  whole?: boolean;
}

export interface Held {
  seq: number;
  sections: Partial<Sections>;
}

/** What the page holds after `message`, or null where a message is missing and the whole view must be asked for. */
export function applyView(held: Held | null, message: ViewMessage): Held | null {
  if (message.whole) return { seq: message.seq, sections: message.set };
  if (!held || message.after !== held.seq) return null;
  return { seq: message.seq, sections: { ...held.sections, ...message.set } };
}
