/** The page's own figures over the last interval, as `media.report` sends them: integers, and whether it is deaf. */
export interface Report {
  deaf: boolean;
  fps: number;
  width: number;
  height: number;
  /** Freezes of the picture, and packets lost, in the interval. */
  freezes: number;
  lost: number;
  jitter_ms: number;
  rtt_ms: number;
  /** Sound made up for what was missing, in thousandths of what was played. */
  concealed: number;
}

/** The counters of one moment, kept to subtract from the next. */
export interface Counters {
  freezes: number;
  lost: number;
  samples: number;
  concealed: number;
}

interface Inbound extends RTCInboundRtpStreamStats {
  freezeCount?: number;
  framesPerSecond?: number;
  frameWidth?: number;
  frameHeight?: number;
  concealedSamples?: number;
  silentConcealedSamples?: number;
  totalSamplesReceived?: number;
}

const NOTHING: Counters = { freezes: 0, lost: 0, samples: 0, concealed: 0 };
const whole = (value: number | undefined) => Math.max(0, Math.round(value ?? 0));

/** Read a connection's statistics: the report since `before`, and the counters for the next one. */
export function readReport(stats: Iterable<RTCStats>, before: Counters | null, deaf: boolean): { report: Report; counters: Counters } {
  const counters: Counters = { ...NOTHING };
  const report: Report = { deaf, fps: 0, width: 0, height: 0, freezes: 0, lost: 0, jitter_ms: 0, rtt_ms: 0, concealed: 0 };
  for (const one of stats) {
    if (one.type === "inbound-rtp") readInbound(one as Inbound, counters, report);
    if (one.type === "candidate-pair") {
      const pair = one as RTCIceCandidatePairStats;
      if (pair.nominated && pair.state === "succeeded") report.rtt_ms = whole((pair.currentRoundTripTime ?? 0) * 1000);
    }
  }
  const since = before ?? counters;
  const samples = counters.samples - since.samples;
  report.freezes = whole(counters.freezes - since.freezes);
  report.lost = whole(counters.lost - since.lost);
  report.concealed = samples > 0 ? Math.min(1000, whole(((counters.concealed - since.concealed) * 1000) / samples)) : 0;
  return { report, counters };
}

function readInbound(one: Inbound, counters: Counters, report: Report): void {
  counters.lost += Math.max(0, one.packetsLost ?? 0);
  if (one.kind === "audio") {
    counters.samples += one.totalSamplesReceived ?? 0;
    counters.concealed += Math.max(0, (one.concealedSamples ?? 0) - (one.silentConcealedSamples ?? 0));
    if (one.packetsReceived) report.jitter_ms = Math.max(report.jitter_ms, whole((one.jitter ?? 0) * 1000));
    return;
  }
  counters.freezes += one.freezeCount ?? 0;
  const [width, height] = [whole(one.frameWidth), whole(one.frameHeight)];
  if (!one.framesPerSecond || width * height < report.width * report.height) return;
  Object.assign(report, { fps: whole(one.framesPerSecond), width, height });
}
