/* A burst of a source to a column of receivers: copy, patch, protect in place, send in batches. Packets of one size
   to one receiver leave as one message that the kernel, or the network card, cuts up (UDP_SEGMENT).
   `python_loop.py` is the reference; both send the same bytes. Nothing is allocated here, and what was protected
   is sent or handed back, never protected again. */

#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include "send_loop.h"

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

/* `LINE`: bytes that the processor fetches at once. `AHEAD`: lanes that are fetched before their turn. */
enum { HEADER = 12, OUTLETS = 2, LINE = 64, AHEAD = 6 };

/* What tells the kernel where to cut a message. */
union cut {
  struct cmsghdr header;
  uint8_t bytes[CMSG_SPACE(sizeof(uint16_t))];
};

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

  to[0] = 0x90 | packet->padded; /* version 2, with a header extension */
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

/* How many packets from `at` on are one message: of one size, where the last may be shorter. */
static int train(const struct outlet *out, int at) {
  const struct message *first = out->messages + at;
  const struct way *way = first->lane->way;
  int longest = way->apart ? 1 : out->train;
  int length = 1;

  while (length < longest && at + length < out->count) {
    const struct message *next = first + length;
    if (next->lane->way != way || next[-1].size != first->size || next->size > first->size)
      break;
    length++;
  }
  return length;
}

/* Describe the `length` packets from `at` on as one message to the kernel. */
static void describe(struct outlet *out, int at, int length, struct msghdr *header, struct iovec *parts,
                     union cut *cut) {
  struct way *way = out->messages[at].lane->way;

  for (int place = 0; place < length; place++)
    parts[place] = (struct iovec){out->messages[at + place].data, out->messages[at + place].size};
  memset(header, 0, sizeof *header);
  header->msg_name = way->address;
  header->msg_namelen = way->address_size;
  header->msg_iov = parts;
  header->msg_iovlen = length;
  if (length > 1) {
    uint16_t size = out->messages[at].size;
    header->msg_control = cut;
    header->msg_controllen = sizeof cut->bytes;
    cut->header.cmsg_level = IPPROTO_UDP;
    cut->header.cmsg_type = UDP_SEGMENT;
    cut->header.cmsg_len = CMSG_LEN(sizeof size);
    memcpy(CMSG_DATA(&cut->header), &size, sizeof size);
  }
}

/* Describe all that waits; how many messages that makes. */
static int describe_all(struct outlet *out, struct mmsghdr *headers, struct iovec *parts, union cut *cuts) {
  int count = 0;

  for (int at = out->first, length; at < out->count; at += length) {
    length = train(out, at);
    describe(out, at, length, &headers[count].msg_hdr, parts + at, cuts + count);
    count++;
  }
  return count;
}

/* The message cannot be sent. A train is tried again packet by packet, as all to its receiver from now on. */
static void give_up(struct outlet *out, const struct msghdr *header) {
  struct lane *lane = out->messages[out->first].lane;

  if (header->msg_iovlen > 1) {
    lane->way->apart = 1;
    return;
  }
  lane->dropped++;
  out->failed++;
  out->first++;
}

/* Send what waits, until all is sent or the kernel has no room. */
static void flush(struct outlet *out) {
  struct mmsghdr headers[BATCH];
  struct iovec parts[BATCH];
  union cut cuts[BATCH];
  int next = 0, count = 0;

  while (!out->blocked && out->first < out->count) {
    if (next == count) {
      next = 0;
      count = describe_all(out, headers, parts, cuts);
    }
    int sent = sendmmsg(out->fd, headers + next, count - next, 0);
    if (sent > 0) {
      for (int end = next + sent; next < end; next++) {
        out->first += headers[next].msg_hdr.msg_iovlen;
        out->sent += headers[next].msg_hdr.msg_iovlen;
      }
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      out->blocked = 1;
    } else if (errno != EINTR) { /* this one cannot be sent as it is; those after it may */
      give_up(out, &headers[next].msg_hdr);
      next = count;
    }
  }
  if (out->first == out->count)
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

/* Have memory brought near that the next lanes need: among hundreds of receivers it has left the processor's cache. */
static void fetch(struct lane **lanes, int at, int end) {
  if (at + AHEAD < end) {
    __builtin_prefetch(lanes[at + AHEAD]);
    __builtin_prefetch((const uint8_t *)lanes[at + AHEAD] + LINE);
  }
  if (at + AHEAD - 2 < end)
    __builtin_prefetch(lanes[at + AHEAD - 2]->way);
  if (at + AHEAD - 3 < end && lanes[at + AHEAD - 3]->way->srtp)
    __builtin_prefetch(lanes[at + AHEAD - 3]->way->srtp);
}

/* Empty the outlet where `count` packets more do not fit; whether they fit now. */
static int make_room(struct outlet *out, int count) {
  if (out->count + count > BATCH)
    flush(out);
  return out->count + count <= BATCH;
}

int32_t send_loop_forward(protect_function protect, const struct packet *packets, int32_t count, struct lane **lanes,
                          int32_t at, int32_t end, double now) {
  struct outlet *used[OUTLETS] = {NULL};

  for (; at < end; at++) {
    struct lane *lane = lanes[at];
    struct outlet *out = lane->way->outlet;

    fetch(lanes, at, end);
    if (!lane->flows || !lane->way->srtp)
      continue;
    if (out) {
      int place = 0;
      while (place < OUTLETS - 1 && used[place] && used[place] != out)
        place++;
      used[place] = out;
      if (!make_room(out, count))
        break;
    }
    for (int place = 0; place < count; place++)
      if (packets[place].sequence >= lane->source_first)
        add(protect, packets + place, lane, now);
  }
  for (int place = 0; place < OUTLETS; place++)
    if (used[place])
      flush(used[place]);
  return at;
}
