/** Letters as /api/letters gives them. */
export interface Line {
  text: string;
  events: number[];
}
export type Form = "TM" | "KT" | "TL" | "TUQ" | "Q";
export interface Signatory {
  name: string;
  title: string;
  capacities: { form: Form; of: string }[];
  authority: { paper: string; scope: string; valid_from: string; valid_to: string };
  person: string;
}
export interface Section {
  title: string;
  lines: Line[];
  tasks: { text: string; assignee: string; due: string; events: number[] }[];
}
export interface LetterContent {
  letterhead: { superior: string; issuing: string; number: string; symbol: string; place: string };
  abstract: string;
  issued_on: string;
  urgency: string;
  signatory: Signatory;
  recipients: string[];
  archive: string;
  seal: boolean;
  opening?: string;
  sections?: Section[];
  closing?: string;
  host?: string;
  invited?: string[];
  meeting?: string;
  chair?: string;
  place?: string;
  remarks?: Line[];
}
export type Kind = "TB" | "GM";
export interface LetterSummary {
  letter: string;
  meeting: string;
  meeting_title: string;
  unit: string;
  kind: Kind;
  abstract: string;
  number: number;
  revision: number;
  sha256: string;
  may_edit: boolean;
  may_number: boolean;
  may_withdraw: boolean;
}
export interface Letter extends LetterSummary {
  content: LetterContent;
  history: { revision: number; by_name: string; at: number }[];
}
