/** How long to wait before the next try, in ms: doubling from half a second to `most`, anywhere in the upper half. */
export function backoff(failures: number, random = Math.random, most = 15_000): number {
  const step = Math.min(most, 500 * 2 ** Math.min(failures, 10));
  return Math.round(step / 2 + (random() * step) / 2);
}

/** Wait, unless `signal` ends it first. True where the time passed. */
export function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((done) => {
    if (signal.aborted) return done(false);
    const end = () => {
      clearTimeout(timer);
      done(false);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", end);
      done(true);
    }, ms);
    signal.addEventListener("abort", end, { once: true });
  });
}
