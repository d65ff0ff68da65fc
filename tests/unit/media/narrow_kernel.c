/* A kernel with room for so many datagrams: the send loop is compiled against this in place of sendmmsg. */

#undef sendmmsg /* here the real one is meant */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/socket.h>

int narrow_room = 0;

int narrow_sendmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags) {
  int sent;
  if (narrow_room == 0) {
    errno = EAGAIN;
    return -1;
  }
  if (count > (unsigned int)narrow_room)
    count = narrow_room;
  sent = sendmmsg(fd, messages, count, flags);
  if (sent > 0)
    narrow_room -= sent;
  return sent;
}
