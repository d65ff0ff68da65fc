/** What the server shows of a sitting, section by section (meetings/sitting/views.py). Times are UTC in ms. */
export type Phase = "preparing" | "in_session" | "recess" | "stopped" | "adjourned";
export type Slot = "speaker" | "chair" | "floor" | "screen";

export interface Sitting {
  meeting: string;
  title: string;
  phase: Phase;
  starts_at: number;
  ends_at: number;
  opened_at: number;
  adjourned_at: number;
  recess_until: number;
  recess_resumes: boolean;
  waits_for: string;
  chair: string;
  secretary: string;
  /** Whom the calendar named as chair since the opening, until the chair is handed to them; empty: nobody. */
  designated: string;
  assistants: string[];
  chair_site: string;
  hub_site: string;
  conference: boolean;
  members: number;
  present: number;
  quorum: number[];
  quorum_met: boolean;
  sites_expected: number;
  sites_connected: number;
  headcount: number;
  /** The recording of the stage that runs (empty: none), since when, and how the last one ended. */
  recording: { recording: string; since: number; ended: "" | "asked" | "secret" | "sitting" | "failed" | "disk" };
}
export interface AgendaItem {
  item: string;
  title: string;
  presenter: string;
  minutes: number;
  status: "pending" | "current" | "done" | "skipped";
  spent_ms: number;
  started_at: number;
}
export interface Agenda {
  current: string;
  items: AgendaItem[];
}
export interface FloorRequest {
  request: string;
  site: string;
  delegate: string;
  kind: "speech" | "point_of_order";
  at: number;
}
export interface Turn {
  turn: string;
  site: string;
  delegate: string;
  granted_at: number;
  ends_at: number;
  microphone: boolean;
  lost_at: number;
}
export interface Floor {
  queue: FloorRequest[];
  turns: { speaker?: Turn; floor?: Turn };
  chair_microphone: boolean;
  /** Speaking time of a turn that names none (0: no limit), and whether it ends by itself. */
  speaking_seconds: number;
  release_on_time: boolean;
}
export type Stage = Record<Slot, { site: string; audio: boolean; video: boolean }>;
export interface Presentation {
  document: string;
  page: number;
  by: string;
  site: string;
}
export interface Ballot {
  ballot: string;
  item: string;
  question: string;
  choices: string[];
  secret: boolean;
  status: "prepared" | "open" | "closed" | "cancelled";
  members: number;
  present: number;
  entitled: number;
  voted?: number;
  totals?: number[];
  not_cast?: number;
  passed?: boolean;
  rule?: unknown;
}
export interface SiteRow {
  site: string;
  name: string;
  level: string;
  parent: string;
  connected: boolean;
  since: number;
  headcount: number;
  site_chair: string;
  accepted: boolean;
}
export type Attendance = "unmarked" | "claimed" | "confirmed_at_site" | "in_person" | "online" | "absent";
export interface Seat {
  delegate: string;
  name: string;
  position: string;
  site: string;
  votes: boolean;
  substitute: boolean;
  status: Attendance;
  own_account: boolean;
  person: string;
  removed: boolean;
  reason: string;
}
export interface Note {
  revision: number;
  text: string;
}
export interface Conclusions {
  conclusions: { conclusion: string; item: string; text: string }[];
  tasks: { task: string; item: string; text: string; assignee: string; due: string }[];
}
export interface Sections {
  sitting: Sitting;
  agenda: Agenda;
  floor: Floor;
  stage: Stage;
  presentation: Presentation;
  ballot: { open: string; ballots: Ballot[] };
  names: { people: Record<string, string>; sites: Record<string, string> };
  sites?: SiteRow[];
  /** How many further devices of a site wait beside the one that holds its place (technicians). */
  second_devices?: Record<string, number>;
  roll_call?: Seat[];
  notes?: Record<string, Note>;
  conclusions: Conclusions;
}
export type Audience = "chair" | "secretary" | "technician" | "room" | "companion";
export interface Mine {
  id: string;
  roles: string[];
  audience: Audience;
  site: string;
  delegate: string;
  may: string[];
  may_present: boolean;
  may_rehearse: boolean;
  /** The slot in which this endpoint is being tried before the opening. */
  rehearsing: "" | "speaker" | "chair";
  check_in: { status: Attendance; code: string } | null;
  mandates: string[];
  /** Own choice in an open ballot (-1: none yet); in a secret one only whether it was cast. */
  cast?: number | boolean;
  own_site?: { connected: boolean; endpoint: string; headcount: number; mine: boolean };
  hall?: { delegate: string; name: string; status: Attendance; code: string }[];
}
