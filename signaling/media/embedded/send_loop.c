/* One packet of a source to a column of receivers: copy, patch, protect in place, send in batches.
   `python_loop.py` is the reference; both send the same bytes. Nothing is allocated here, and what was protected
   is sent or handed back, never protected again. */

#define _GNU_SOURCE
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include "send_loop.h"

enum { HEADER = 12, OUTLETS = 2 };

int64_t send_loop_version(void) {
  return VERSION;
}

static void put16(uint8_t *to, uint16_t value) {
  to[0] = value >> 8;
  to[1] = value & 0xFF;
}

static void put32(uint8_t *to, uint32_t value) {
  put16(to, value >> 16);
  put16(to + 2, value & 0xFFFF);
}

/* Write the packet with this lane's numbers; its size. */
static int number(uint8_t *to, const struct packet *packet, struct lane *lane, double now) {
  int64_t sequence = packet->sequence + lane->add_sequence;
  int64_t picture = packet->picture + lane->add_picture;
  int64_t layer = packet->layer + lane->add_layer;
  uint32_t timestamp = packet->timestamp + lane->add_timestamp;
  uint8_t *body = to + HEADER;

  to[0] = 0x90; /* version 2, with a header extension */
  to[1] = packet->marker | lane->payload_type;
  put16(to + 2, (uint16_t)sequence);
  put32(to + 4, timestamp);
  put32(to + 8, lane->ssrc);
  memcpy(body, packet->body, packet->size);
  if (packet->picture_at >= 0 && packet->picture_wide)
    put16(body + packet->picture_at, 0x8000 | (picture & 0x7FFF));
  else if (packet->picture_at >= 0)
    body[packet->picture_at] = picture & 0x7F;
  if (packet->layer_at >= 0)
    body[packet->layer_at] = layer & 0xFF;

  if (sequence > lane->sequence) {
    lane->sequence = sequence;
    lane->timestamp = timestamp;
    lane->sent_at = now;
    if (packet->picture_at >= 0)
      lane->picture = picture;
    if (packet->layer_at >= 0)
      lane->layer = layer;
  }
  lane->packets++;
  lane->octets += packet->size;
  return HEADER + packet->size;
}

/* Send what waits, until all is sent or the kernel has no room. */
static void flush(struct outlet *out) {
  struct mmsghdr headers[BATCH];
  struct iovec parts[BATCH];

  if (out->blocked)
    return;
  memset(headers + out->first, 0, (out->count - out->first) * sizeof *headers);
  for (int at = out->first; at < out->count; at++) {
    struct message *message = out->messages + at;
    struct way *way = message->lane->way;
    parts[at] = (struct iovec){message->data, message->size};
    headers[at].msg_hdr.msg_name = way->address;
    headers[at].msg_hdr.msg_namelen = way->address_size;
    headers[at].msg_hdr.msg_iov = parts + at;
    headers[at].msg_hdr.msg_iovlen = 1;
  }
  while (out->first < out->count) {
    int sent = sendmmsg(out->fd, headers + out->first, out->count - out->first, 0);
    if (sent > 0) {
      out->first += sent;
      out->sent += sent;
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      out->blocked = 1;
      return;
    } else if (errno != EINTR) { /* this one cannot be sent; those after it may */
      out->messages[out->first].lane->dropped++;
      out->failed++;
      out->first++;
    }
  }
  out->first = out->count = 0;
}

/* Number and protect the packet for one lane, into its outlet. */
static void add(protect_function protect, const struct packet *packet, struct lane *lane, double now) {
  struct outlet *out = lane->way->outlet;
  uint8_t spare[ROOM]; /* where nobody is reached, the numbers go on all the same */
  struct message *message = out ? out->messages + out->count : NULL;
  int size = number(message ? message->data : spare, packet, lane, now);

  if (!message) {
    lane->dropped++;
  } else if (protect(lane->way->srtp, message->data, &size) != 0) {
    lane->dropped++;
    out->refused++;
  } else {
    message->lane = lane;
    message->size = size;
    out->count++;
  }
}

int32_t send_loop_forward(protect_function protect, const struct packet *packet, struct lane **lanes, int32_t at,
                          int32_t end, double now) {
  struct outlet *used[OUTLETS] = {NULL};

  for (; at < end; at++) {
    struct lane *lane = lanes[at];
    struct outlet *out = lane->way->outlet;

    if (!lane->flows || !lane->way->srtp || packet->sequence < lane->source_first)
      continue;
    if (out) {
      int place = 0;
      while (place < OUTLETS - 1 && used[place] && used[place] != out)
        place++;
      used[place] = out;
      if (out->count == BATCH)
        flush(out);
      if (out->count == BATCH)
        break;
    }
    add(protect, packet, lane, now);
  }
  for (int place = 0; place < OUTLETS; place++)
    if (used[place])
      flush(used[place]);
  return at;
}
