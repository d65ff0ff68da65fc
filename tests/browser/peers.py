"""What tests run inside a page to see what its media does: its connections, pictures and sound."""

from __future__ import annotations

#: Keeps the page's connections at hand, and counts the descriptions that they are given.
WATCH = """
window.peers = []; window.described = 0;
const Peer = window.RTCPeerConnection, describe = Peer.prototype.setRemoteDescription;
Peer.prototype.setRemoteDescription = function (...all) { window.described++; return describe.apply(this, all); };
window.RTCPeerConnection = class extends Peer { constructor(...all) { super(...all); window.peers.push(this); } };
"""
#: How many of its connections stand.
CONNECTED = "window.peers.filter((one) => one.connectionState === 'connected').length"
#: How many encodings of its connections are switched on.
ACTIVE = """
window.peers.filter((one) => one.connectionState === 'connected').flatMap((one) => one.getSenders())
  .filter((one) => one.track).flatMap((one) => one.getParameters().encodings).filter((one) => one.active).length
"""
#: A page that lies: its microphone stays on whatever the room says.
TAMPERED = """
Object.defineProperty(MediaStreamTrack.prototype, 'enabled', { get: () => true, set: () => {} });
"""
#: The colour in the middle of the picture at a place of the page; null while none is shown.
COLOUR = """
(where) => {
  const video = document.querySelector(`${where} video`);
  if (!video || video.dataset.picture !== 'shown' || !video.videoWidth) return null;
  const canvas = new OffscreenCanvas(8, 8), brush = canvas.getContext('2d');
  brush.drawImage(video, 0, 0, video.videoWidth, video.videoHeight / 2, 0, 0, 8, 8);
  return [...brush.getImageData(4, 4, 1, 1).data.slice(0, 3)];
}
"""
#: Each connection's state and what it carries, for whoever has to find out why something did not come.
STATES = """
async () => Promise.all(window.peers.map(async (peer) => {
  const rows = [...(await peer.getStats()).values()].filter((one) => one.type.endsWith('bound-rtp'));
  const packets = (one) => one.packetsSent ?? one.packetsReceived;
  const carried = rows.map((one) => `${one.type} ${one.mid} ${packets(one)} ${one.active ?? ''}`);
  return [peer.connectionState, peer.iceConnectionState, peer.signalingState, ...carried];
}))
"""
#: What the page heard and sent since it was opened, by its own connections.
SUMS = """
async () => {
  const sums = { heard: 0, sent: 0, level: 0, speaker: 0 };
  for (const peer of window.peers) {
    if (peer.connectionState !== 'connected') continue;
    for (const one of (await peer.getStats()).values()) {
      if (one.type === 'inbound-rtp' && one.kind === 'audio') {
        sums.heard += one.packetsReceived;
        if (one.mid === 'speaker-audio') sums.speaker += one.packetsReceived;
        sums.level = Math.max(sums.level, one.audioLevel ?? 0);
      }
      if (one.type === 'outbound-rtp' && one.kind === 'audio') sums.sent += one.packetsSent;
    }
  }
  return sums;
}
"""
