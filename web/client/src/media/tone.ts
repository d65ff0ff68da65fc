/** Play a short, soft tone, on the loudspeaker `speaker` where the browser can choose one. */
export async function playTone(speaker: string): Promise<void> {
  const context: AudioContext & { setSinkId?: (id: string) => Promise<void> } = new AudioContext();
  if (speaker) await context.setSinkId?.(speaker).catch(() => undefined); // unplugged: the usual one plays
  const tone = context.createOscillator();
  const volume = context.createGain();
  volume.gain.value = 0.15;
  tone.frequency.value = 523;
  tone.connect(volume).connect(context.destination);
  tone.start();
  tone.stop(context.currentTime + 1.2);
  tone.onended = () => void context.close();
}
