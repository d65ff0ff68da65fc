"""GStreamer's webrtcbin as a page, run by Debian's own Python, since its `gi` knows GStreamer; a test talks to it.

send RRGGBB    says {"description": offer}, takes {"description": answer}, sends a colour and a tone
receive        takes {"description": offer}, says {"description": answer}, then what it decodes of each line:
               {"mid": …, "picture": [y, u, v]} and {"mid": …, "sound": level in dB}
"""

from __future__ import annotations

import json
import sys
import threading
from typing import Any

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402

_SEND = """
webrtcbin name=page bundle-policy=max-bundle
audiotestsrc is-live=true freq=440 ! audioconvert ! opusenc ! rtpopuspay pt=111
  ! application/x-rtp,media=audio,encoding-name=OPUS,payload=111 ! page.
videotestsrc is-live=true pattern=solid-color foreground-color={colour}
  ! video/x-raw,format=I420,width=160,height=96,framerate=20/1
  ! vp8enc deadline=1 keyframe-max-dist=200 ! rtpvp8pay pt=96 picture-id-mode=15-bit
  ! application/x-rtp,media=video,encoding-name=VP8,payload=96 ! page.
"""

_HEAR = "rtpopusdepay ! opusdec ! audioconvert ! level interval=200000000 name={} ! fakesink sync=false"
_SEE = """rtpvp8depay ! vp8dec ! videoconvert ! video/x-raw,format=I420
  ! appsink name={} emit-signals=true sync=false"""


def say(**said: object) -> None:
    print(json.dumps(said), flush=True)


class Page:
    """One connection."""

    def __init__(self, colour: str = "") -> None:
        if colour:
            self._pipeline = Gst.parse_launch(_SEND.format(colour=int("ff" + colour, 16)))
            self._page = self._pipeline.get_by_name("page")
        else:
            self._pipeline = Gst.Pipeline.new()
            self._page = Gst.ElementFactory.make("webrtcbin", "page")
            self._page.set_property("bundle-policy", GstWebRTC.WebRTCBundlePolicy.MAX_BUNDLE)
            self._pipeline.add(self._page)
        self._page.connect("notify::ice-gathering-state", self._gathered)
        self._page.connect("pad-added", self._line)
        if colour:
            self._page.connect("on-negotiation-needed", lambda page: self._create("create-offer"))
        bus = self._pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect("message::element", self._level)
        self._pipeline.set_state(Gst.State.PLAYING)

    def _create(self, what: str) -> None:
        kind = what.removeprefix("create-")

        def created(promise: Any, *_: object) -> None:
            promise.wait()
            reply = promise.get_reply()
            described = reply.get_value(kind)
            self._page.emit("set-local-description", described, Gst.Promise.new())

        self._page.emit(what, None, Gst.Promise.new_with_change_func(created))

    def _gathered(self, page: Any, _: object) -> None:
        if page.get_property("ice-gathering-state") == GstWebRTC.WebRTCICEGatheringState.COMPLETE:
            say(description=page.get_property("local-description").sdp.as_text())

    def take(self, text: str) -> None:
        """The other side's description: an answer where we send, else an offer, which is answered."""
        sends = self._page.get_property("local-description") is not None
        kind = GstWebRTC.WebRTCSDPType.ANSWER if sends else GstWebRTC.WebRTCSDPType.OFFER
        _, parsed = GstSdp.SDPMessage.new_from_text(text)

        def taken(*_: object) -> None:
            if not sends:
                self._create("create-answer")

        description = GstWebRTC.WebRTCSessionDescription.new(kind, parsed)
        self._page.emit("set-remote-description", description, Gst.Promise.new_with_change_func(taken))

    def _line(self, _: object, pad: Any) -> None:
        if pad.get_direction() != Gst.PadDirection.SRC:
            return
        mid = pad.get_property("transceiver").get_property("mid")
        sound = "audio" in mid
        text = _HEAR if sound else _SEE
        decoder = Gst.parse_bin_from_description(text.format(mid), True)
        self._pipeline.add(decoder)
        if not sound:
            decoder.get_by_name(mid).connect("new-sample", self._picture, mid)
        decoder.sync_state_with_parent()
        pad.link(decoder.get_static_pad("sink"))

    def _picture(self, sink: Any, mid: str) -> Any:
        sample = sink.emit("pull-sample")
        shape = sample.get_caps().get_structure(0)
        width, height = shape.get_value("width"), shape.get_value("height")
        data = sample.get_buffer().extract_dup(0, sample.get_buffer().get_size())
        luma = width * height
        say(mid=mid, picture=[data[luma // 2 + width // 2], data[luma + luma // 8], data[luma + luma // 4 + luma // 8]])
        return Gst.FlowReturn.OK

    def _level(self, _: object, message: Any) -> None:
        structure = message.get_structure()
        if structure.get_name() == "level":
            say(mid=message.src.get_name(), sound=structure.get_value("rms")[0])


def main() -> None:
    Gst.init(None)
    loop = GLib.MainLoop()
    page = Page(sys.argv[2] if sys.argv[1] == "send" else "")

    def hear() -> None:
        for line in sys.stdin:
            GLib.idle_add(page.take, json.loads(line)["description"])
        GLib.idle_add(loop.quit)

    threading.Thread(target=hear, daemon=True).start()
    loop.run()


if __name__ == "__main__":
    main()
