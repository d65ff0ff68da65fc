export type Way = "handover" | "direct";
export type State = "manual" | "queued" | "sending" | "unknown" | "sent" | "refused" | "cancelled";
export type StatusCode = "" | "01" | "02" | "03" | "04" | "05" | "06" | "13" | "15" | "16";

export interface IssuedDocument {
  id: string;
  issued: boolean;
  kind?: "BB" | "TB" | "GM";
  code?: string;
  subject?: string;
  sha256?: string;
}

export interface RecipientState {
  organ_id: string;
  name: string;
  processing: StatusCode;
  recall: StatusCode;
  changed_at: number;
}

export interface Sending {
  id: string;
  document: string;
  document_id: string;
  business: "0" | "1" | "2" | "3";
  about: string;
  mode: Way;
  subject: string;
  reason: string;
  state: State;
  attempts: number;
  next_at: number;
  problem: string;
  by_name: string;
  at: number;
  sent_at: number;
  recipients: RecipientState[];
  statuses: { organ_id: string; code: StatusCode; description: string; at: number; taken: string }[];
}

export interface MeetingDispatch {
  may_send: boolean;
  /** Empty while the unit has not said how its documents leave. */
  mode: Way | "";
  by_itself: boolean;
  documents: IssuedDocument[];
  recipients: { name: string; organ_id: string }[];
  dispatches: Sending[];
  left_at_gateway: number;
}

export interface Exchange {
  mode: Way;
  organ_id: string;
  other_organ_id: string;
  /** A gateway that the server's settings name; empty where address and key are the unit's own. */
  gateway: string;
  address: string;
  system_id: string;
  has_secret: boolean;
  may_change: boolean;
  gateways: { name: string; title: string; systems: string[] }[];
}
