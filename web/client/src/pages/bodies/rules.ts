// A body's rules as the API has them, as a form edits them, and what is wrong with a form.

export type Fraction = [number, number];
export type Base = "members" | "present" | "valid";

export interface Rules {
  name: string;
  members: number;
  /** Null: no quorum is laid down. */
  quorum: Fraction | null;
  /** The first is the assent. */
  choices: string[];
  majority_base: Base;
  threshold: Fraction;
  tie: "fails" | "chair";
  substitutes_vote: boolean;
}

export interface Body extends Rules {
  id: string;
  revision: number;
  may_change: boolean;
  /** No longer offered for new meetings. */
  retired: boolean;
  /** Meetings yet to be held by these rules. */
  scheduled: number;
}

/** What a person types: fractions as `2/3`, choices one on each line; an empty quorum is none. */
export interface Form {
  name: string;
  members: string;
  quorum: string;
  choices: string;
  majority_base: Base;
  threshold: string;
  tie: "fails" | "chair";
  substitutes_vote: boolean;
}

export type Field = "name" | "members" | "quorum" | "choices" | "threshold";
export const LARGEST = 10_000;
const MOST_CHOICES = 6;
const LONGEST_CHOICE = 60;

/** A new body begins with the rules of a People's Committee. */
export function formOf(body?: Rules): Form {
  return {
    name: body?.name ?? "",
    members: body ? String(body.members) : "",
    quorum: body ? shown(body.quorum) : "2/3",
    choices: (body?.choices ?? ["Tán thành", "Không tán thành", "Không biểu quyết"]).join("\n"),
    majority_base: body?.majority_base ?? "members",
    threshold: body ? shown(body.threshold) : "1/2",
    tie: body?.tie ?? "fails",
    substitutes_vote: body?.substitutes_vote ?? false,
  };
}

export const shown = (share: Fraction | null): string => share?.join("/") ?? "";

/** How many of the members the quorum is. */
export const needed = (members: number, [above, below]: Fraction): number => Math.ceil((members * above) / below);

/** The fraction that `text` writes as `2/3`, between 0 and 1; undefined where it writes none. */
export function fraction(text: string): Fraction | undefined {
  const found = /^\s*(\d{1,5})\s*\/\s*(\d{1,5})\s*$/.exec(text);
  if (!found) return undefined;
  const [above, below] = [Number(found[1]), Number(found[2])];
  return below > 0 && below <= LARGEST && above > 0 && above <= below ? [above, below] : undefined;
}

const choicesOf = (form: Form): string[] =>
  form.choices
    .split("\n")
    .map((one) => one.trim())
    .filter(Boolean);

/** The rules that the form says, or the fields that are wrong. */
export function read(form: Form): { rules: Rules } | { wrong: Field[] } {
  const members = /^\s*\d{1,5}\s*$/.test(form.members) ? Number(form.members) : 0;
  const quorum = form.quorum ? fraction(form.quorum) : null;
  const threshold = fraction(form.threshold);
  const choices = choicesOf(form);
  const wrong: Field[] = [];
  if (!form.name.trim()) wrong.push("name");
  if (members < 1 || members > LARGEST) wrong.push("members");
  if (quorum === undefined) wrong.push("quorum");
  const fits = choices.length >= 2 && choices.length <= MOST_CHOICES && choices.every((one) => one.length <= LONGEST_CHOICE);
  if (!fits || new Set(choices).size < choices.length) wrong.push("choices");
  if (!threshold || threshold[0] === threshold[1]) wrong.push("threshold");
  if (wrong.length || quorum === undefined || !threshold) return { wrong };
  const { majority_base, tie, substitutes_vote } = form;
  return { rules: { name: form.name.trim(), members, quorum, choices, majority_base, threshold, tie, substitutes_vote } };
}
