export interface Person {
  person: string;
  name: string;
  position: string;
  unit: string;
  unit_name: string;
  roles: string[];
  login: string;
  active: boolean;
  activated: boolean;
}
export interface Unit {
  unit: string;
  code: string;
  name: string;
}
export interface Session {
  id: string;
  browser: string;
  created_at: number;
  seen_at: number;
  current: boolean;
}
export const ROLES = ["administrator", "unit_administrator", "secretary", "technician", "records_clerk", "unit_head"] as const;
