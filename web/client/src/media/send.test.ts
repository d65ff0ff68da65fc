import { expect, test } from "vitest";
import { preferred, switched, withOpusRepair } from "./send";

test("only VP8 and Opus are offered, with retransmission", () => {
  const of = (...types: string[]) => types.map((mimeType) => ({ mimeType }));
  expect(preferred(of("video/VP9", "video/VP8", "video/rtx", "video/H264", "video/red"))).toEqual(of("video/VP8", "video/rtx"));
  expect(preferred(of("audio/red", "audio/opus", "audio/PCMU"))).toEqual(of("audio/opus"));
});

test("Opus is asked for with repair and silence left out, whatever stood there", () => {
  const line = (fmtp: string) => `m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=rtpmap:111 opus/48000/2\r\na=fmtp:111 ${fmtp}\r\na=ptime:20\r\n`;
  expect(withOpusRepair(line("minptime=10;useinbandfec=0"))).toBe(line("minptime=10;useinbandfec=1;usedtx=1"));
  expect(withOpusRepair(line("usedtx=1;maxplaybackrate=48000"))).toBe(line("maxplaybackrate=48000;useinbandfec=1;usedtx=1"));
  expect(withOpusRepair("m=video 9\r\n")).toBe("m=video 9\r\n");
});

test("encodings are switched only where they differ", () => {
  const parameters = (active: boolean) => ({ encodings: [{ active, maxBitrate: 5 }], transactionId: "t" }) as unknown as RTCRtpSendParameters;
  expect(switched(parameters(true), true)).toBeNull();
  expect(switched(parameters(true), false)).toEqual(parameters(false));
  expect(switched({ encodings: [] } as unknown as RTCRtpSendParameters, true)).toBeNull();
});

test("of a camera in layers only those are sent that somebody receives", () => {
  const of = (low: boolean, high: boolean) => ({ encodings: [{ rid: "l", active: low }, { rid: "h", active: high }] }) as unknown as RTCRtpSendParameters;
  expect(switched(of(true, true), true, ["l"])).toEqual(of(true, false));
  expect(switched(of(true, false), true, ["l"])).toBeNull();
  expect(switched(of(true, true), true, [])).toEqual(of(false, false));
  expect(switched(of(true, true), false, ["h"])).toEqual(of(false, false));
  expect(switched(of(false, true), true)).toEqual(of(true, true));
});
