/** The recordings of a meeting (signaling/media/recording/routes.py). Times are UTC in ms, sizes bytes. */
export interface RecordingPart {
  part: string;
  recording: string;
  number: number;
  started_at: number;
  ended_at: number;
  /** The engine, the server or the disk ended it, and nobody who may. */
  broken_off: boolean;
  /** Of the file, in ms, without recesses; 0 where it is not known. */
  duration: number;
  chapters: { at: number; title: string }[];
  size: number;
  deleted_at: number;
  deleted_on: number;
}
export type Access = "leaders" | "delegates";
export interface Recordings {
  parts: RecordingPart[];
  keep_days: number;
  access: Access;
  may_download: boolean;
  may_change: boolean;
}
