import { dictionary } from "@/i18n";

/** What a place receives, from everything down to the papers alone. */
export const STEPS = ["high", "low", "audio", "papers"] as const;
export type Step = (typeof STEPS)[number];
export type Steps = Record<string, { step: Step; fixed: boolean }>;

export const s = dictionary(
  {
    high: "Hình đầy đủ", low: "Hình thu gọn", audio: "Chỉ tiếng và tài liệu", papers: "Chỉ tài liệu",
    automatic: "Tự chọn theo đường truyền", choose: "Mức truyền tới điểm cầu", held: "kỹ thuật giữ mức này", now: "Đang nhận: {step}",
    ownLow: "Đường truyền yếu: hình được thu gọn.", ownAudio: "Đường truyền yếu: chỉ còn tiếng và tài liệu. Hình tự trở lại khi đường truyền khá hơn.", ownPapers: "Đường truyền rất yếu: chỉ còn tài liệu. Tiếng tự trở lại khi đường truyền khá hơn.",
    ownHeld: "Kỹ thuật đang giữ mức truyền này.", reduced: "{n} điểm cầu nhận giảm",
  },
  {
    high: "Full picture", low: "Reduced picture", audio: "Sound and papers only", papers: "Papers only",
    automatic: "As the line allows", choose: "What the site is sent", held: "held by a technician", now: "Receives: {step}",
    ownLow: "Weak line: the picture is reduced.", ownAudio: "Weak line: sound and papers only. The picture comes back when the line is better.", ownPapers: "Very weak line: papers only. Sound comes back when the line is better.",
    ownHeld: "A technician holds this step.", reduced: "{n} sites receive less",
  },
);
