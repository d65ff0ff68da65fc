/** Keep the screen lit while the page is seen. Where the browser cannot, nothing happens. Returns how to stop. */
export function keepLit(): () => void {
  let held: WakeLockSentinel | null = null;
  let stopped = false;
  async function ask(): Promise<void> {
    if (stopped || document.visibilityState !== "visible" || !("wakeLock" in navigator)) return;
    try {
      held = await navigator.wakeLock.request("screen");
      if (stopped) await held.release();
    } catch {
      /* low battery or a policy: the screen follows the device's own settings */
    }
  }
  const seen = () => void ask();
  document.addEventListener("visibilitychange", seen);
  void ask();
  return () => {
    stopped = true;
    document.removeEventListener("visibilitychange", seen);
    void held?.release();
  };
}
