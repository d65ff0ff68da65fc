/* A kernel with room for so many messages, which may refuse trains: the send loop is compiled against this in place of sendmmsg. */

#undef sendmmsg /* here the real one is meant */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/socket.h>

int narrow_room = 0;
int narrow_refuses_trains = 0;

int narrow_sendmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags) {
  int sent;
  if (narrow_refuses_trains && messages[0].msg_hdr.msg_controllen) {
    errno = EIO;
    return -1;
  }
  if (narrow_room == 0) {
    errno = EAGAIN;
    return -1;
  }
  if (count > (unsigned int)narrow_room)
    count = narrow_room;
  for (unsigned int at = 1; narrow_refuses_trains && at < count; at++)
    if (messages[at].msg_hdr.msg_controllen)
      count = at;
  sent = sendmmsg(fd, messages, count, flags);
  if (sent > 0)
    narrow_room -= sent;
  return sent;
}
