export type TaskState = "open" | "in_progress" | "done" | "withdrawn";
export interface Task {
  id: string;
  meeting: string;
  meeting_title: string;
  item: string;
  text: string;
  assignee: string;
  unit: string;
  unit_name: string;
  person: string;
  person_name: string;
  due: string;
  overdue: boolean;
  state: TaskState;
  revision: number;
  may_report: boolean;
  may_assign: boolean;
}
export interface Step {
  at: number;
  by_name: string;
  state: TaskState;
  note: string;
}
