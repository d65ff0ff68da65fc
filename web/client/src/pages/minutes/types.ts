/** The minutes as /api/meetings/{id}/minutes gives them; `events` are numbers of the record's events. */
export interface Line {
  text: string;
  events: number[];
}
export interface Officer {
  name: string;
  position: string;
  person: string;
  events: number[];
}
export interface Absence {
  name: string;
  position: string;
  reason: string;
  events: number[];
}
export interface SiteAttendance {
  name: string;
  present: boolean;
  headcount: number;
  confirmed: number;
  chair: string;
  absences: Absence[];
  events: number[];
}
export interface Speaker {
  name: string;
  site: string;
  at: number;
  point_of_order: boolean;
  events: number[];
}
export interface BallotResult {
  question: string;
  choices: { name: string; total: number }[];
  members: number;
  present: number;
  voted: number;
  passed: boolean;
  rule: string;
  secret: boolean;
  events: number[];
}
export interface TaskLine {
  text: string;
  assignee: string;
  due: string;
  events: number[];
}
export interface ItemMinutes {
  title: string;
  presenter: string;
  lines: Line[];
  speakers: Speaker[];
  ballots: BallotResult[];
  conclusions: Line[];
  tasks: TaskLine[];
  events: number[];
}
export interface MinutesContent {
  letterhead: { superior: string; issuing: string; number: string; symbol: string; place: string };
  title: string;
  start_at: number;
  end_at: number;
  place: string;
  chair: Officer;
  secretary: Officer;
  kind: string;
  sites: SiteAttendance[];
  attendance: Line[];
  opening: Line[];
  items: ItemMinutes[];
  closing: Line[];
  recipients: string[];
  record_head: string;
  start_events: number[];
  end_events: number[];
  seal: boolean;
}
export interface Minutes {
  meeting: string;
  revision: number;
  content: MinutesContent;
  adjourned: boolean;
  history: { revision: number; by: string; by_name: string; at: number }[];
  signatures: { role: string; name: string; at: number; sha256: string }[];
  next_role: string;
  sha256: string;
  may_edit: boolean;
  may_sign: boolean;
  may_name: boolean;
  number: number;
  number_source: "" | "register" | "system";
  has_means: boolean;
}
export interface RecordedEvent {
  seq: number;
  at: number;
  type: string;
  texts: string[];
}
