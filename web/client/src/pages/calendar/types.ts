// What the calendar's API sends; times are UTC milliseconds.

export type Answer = "" | "attending" | "absent" | "substitute";
export type Urgency = "normal" | "urgent" | "very_urgent" | "flash";

export interface MeetingSummary {
  id: string;
  title: string;
  starts_at: number;
  ends_at: number;
  status: "scheduled" | "cancelled" | "held";
  displaced: boolean;
  urgency: Urgency;
  body: string | null;
  body_name: string | null;
  unit: string;
  hub_site: string;
  chair: string;
  chair_name: string;
  secretary: string;
  secretary_name: string;
  revision: number;
  own?: boolean;
  answers?: Partial<Record<"none" | "attending" | "absent" | "substitute", number>>;
}

export interface ComingPerson {
  name: string;
  position: string;
}

export interface Site {
  site: string;
  unit: string;
  name: string;
  level: string;
  parent: string;
  receive_only: boolean;
}

export interface MeetingSite extends Site {
  answer: Answer;
  reason: string;
  names: ComingPerson[];
  answered_at: number | null;
}

export interface MeetingDelegate {
  id: string;
  site: string;
  person: string;
  name: string;
  title: string;
  votes: boolean;
  substitute: boolean;
  site_chair: boolean;
  reported: boolean;
  replaced_by: string | null;
}

export interface Meeting extends MeetingSummary {
  urgency_reason: string;
  cancel_reason: string;
  may_change: boolean;
  answerable: string[];
  unanswered: number;
  sites: MeetingSite[];
  delegates: MeetingDelegate[];
  guests: { id: string; site: string; name: string }[];
}

export interface MeetingDraft {
  title: string;
  starts_at: number;
  ends_at: number;
  body: string | null;
  hub_site: string;
  chair: string;
  secretary: string;
  sites: string[];
  urgency: Urgency;
  urgency_reason: string;
}

export interface Span {
  starts_at: number;
  ends_at: number;
}

export interface Conflict extends Span {
  meeting: string;
  title: string;
  holds: string[];
}

export interface Availability {
  conflicts: Conflict[];
  free_times: Span[];
  /** Whether a meeting of the urgency asked about may take the time all the same. */
  may_take?: boolean;
}

export interface Person {
  id: string;
  name: string;
  position: string;
  unit: string;
}

export interface Body {
  id: string;
  name: string;
  members: number;
  retired: boolean;
}

export interface Notice {
  id: string;
  meeting: string;
  kind: string;
  text: string;
  details: { free_times?: Span[] };
  created_at: number;
}

export interface AgendaItem {
  id: string;
  title: string;
  presenter: string;
  minutes: number;
}

export interface Agenda {
  revision: number;
  minutes: number;
  items: AgendaItem[];
  may_change?: boolean;
  /** Items that the sitting has begun with; they stay as they are. */
  begun?: string[];
}
