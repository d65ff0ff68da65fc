// The form's fields, and the request they make.
import { clock, fromLocal, isoDay } from "@/time";
import type { Meeting, MeetingDraft, Span, Urgency } from "./types";

export interface Form {
  title: string;
  day: string;
  from: string;
  to: string;
  body: string;
  chair: { id: string; name: string };
  secretary: { id: string; name: string };
  hub: string;
  sites: string[];
  urgency: Urgency;
  reason: string;
}

export function emptyForm(now: number, secretary: { id: string; name: string }): Form {
  return {
    title: "",
    day: isoDay(now + 86_400_000),
    from: "08:00",
    to: "10:00",
    body: "",
    chair: { id: "", name: "" },
    secretary,
    hub: "",
    sites: [],
    urgency: "normal",
    reason: "",
  };
}

export function formOf(meeting: Meeting): Form {
  return {
    title: meeting.title,
    ...clocksOf(meeting),
    body: meeting.body ?? "",
    chair: { id: meeting.chair, name: meeting.chair_name },
    secretary: { id: meeting.secretary, name: meeting.secretary_name },
    hub: meeting.hub_site,
    sites: meeting.sites.map((site) => site.site),
    urgency: meeting.urgency,
    reason: meeting.urgency_reason,
  };
}

/** The form's day and clocks for a span of time. */
export function clocksOf(span: Span): { day: string; from: string; to: string } {
  return { day: isoDay(span.starts_at), from: clock(span.starts_at), to: clock(span.ends_at) };
}

/** The time in the form; an end before the beginning is on the next day. Null while a field is not complete. */
export function spanOf(form: Pick<Form, "day" | "from" | "to">): Span | null {
  const starts_at = fromLocal(form.day, form.from);
  let ends_at = fromLocal(form.day, form.to);
  if (Number.isNaN(starts_at) || Number.isNaN(ends_at)) return null;
  if (ends_at <= starts_at) ends_at += 86_400_000;
  return { starts_at, ends_at };
}

export function draftOf(form: Form, span: Span): MeetingDraft {
  return {
    title: form.title,
    ...span,
    body: form.body || null,
    hub_site: form.hub,
    chair: form.chair.id,
    secretary: form.secretary.id,
    sites: form.sites,
    urgency: form.urgency,
    urgency_reason: form.urgency === "normal" ? "" : form.reason,
  };
}
