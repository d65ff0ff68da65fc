/* What the send loop and its Python side share: read by the C compiler and by cffi alike, so no directives here. */

enum constants {
  BATCH = 128,    /* packets that wait for one system call */
  TRAIN = 16,     /* packets to one receiver that the kernel takes as one message (UDP_SEGMENT) */
  LONGEST = 1356, /* bytes of a packet before protection, as in pylibsrtp */
  ROOM = 1504
};

/* A datagram that is protected and waits in an outlet. */
struct message {
  struct lane *lane;
  int32_t size;
  uint8_t data[ROOM];
};

/* One socket's way out. Messages from `first` to `count` wait; while `blocked`, nothing is tried. `train` is 1 where
   the kernel knows no trains. */
struct outlet {
  int32_t fd;
  int32_t train;
  int32_t blocked;
  int32_t first;
  int32_t count;
  int64_t sent;
  int64_t failed;
  int64_t refused;
  struct message messages[BATCH];
};

/* How a peer is reached: null `srtp`, not yet or no more; empty address, by nobody; `apart`, no train gets there. */
struct way {
  void *srtp;
  struct outlet *outlet;
  uint32_t address_size;
  uint8_t apart;
  uint8_t address[28];
};

/* One receiver's numbers on one line: those sent last, and what is added to the source's to get them. */
struct lane {
  struct way *way;
  int64_t sequence;
  int64_t picture;
  int64_t layer;
  int64_t source_first;
  int64_t add_sequence;
  int64_t add_picture;
  int64_t add_layer;
  int64_t packets;
  int64_t octets;
  int64_t dropped;
  double sent_at;
  uint32_t timestamp;
  uint32_t add_timestamp;
  uint32_t ssrc;
  uint8_t payload_type;
  uint8_t flows;
};

/* A packet of a source, the same for every receiver; places in `body`, -1 where there is nothing to patch. */
struct packet {
  const uint8_t *body;
  int64_t sequence;
  int64_t picture;
  int64_t layer;
  uint32_t timestamp;
  int32_t size;
  int32_t picture_at;
  int32_t layer_at;
  uint8_t picture_wide;
  uint8_t marker;
  uint8_t padded; /* 0x20 where `body` ends in padding, else 0 */
};

/* libsrtp's srtp_protect: encrypts in place, 0 where it did. */
typedef int (*protect_function)(void *srtp, void *packet, int *size);

/* What it was compiled from (compile_loop.py). */
int64_t send_loop_version(void);

/* Number, protect and send `count` (at most TRAIN) packets of one source for the lanes from `at` to `end`, lane by
   lane; the lane where to go on once the full and blocked outlet was emptied, `end` when all are done. */
int32_t send_loop_forward(protect_function protect, const struct packet *packets, int32_t count, struct lane **lanes,
                          int32_t at, int32_t end, double now);
