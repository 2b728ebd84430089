/* Non-blocking sockets that are polled by trying, never by epoll: see README, "The generator". */
#ifndef BENCH_NET_H
#define BENCH_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "options.h"

/* A socket and the bytes of a frame or response that has not arrived as a whole. */
struct stream {
    int fd;
    bool ended; /* the peer has closed */
    uint32_t carry_length;
    uint32_t carry_capacity;
    char *carry;
};

/* Allows `wanted` descriptors, or dies. */
void net_allow_descriptors(size_t wanted);
void net_pin(int cpu);

/* Starts a connection. Every 25,000th `index` takes the next source address of 127.0.0.0/8. */
struct stream net_connect(const struct options *options, size_t index);
/* True once the connection stands. Dies when it was refused. */
bool net_is_connected(const struct stream *stream);
void net_close(struct stream *stream);

/* Writes everything, trying again while the socket is full. */
void net_send(struct stream *stream, const void *bytes, size_t length, double time_limit);

/* One recv(2). Returns how many bytes there are now, with those kept from before, and where; 0 when
 * nothing has come. They are valid until the next call for any stream. Sets `ended` when the peer closed. */
size_t net_receive(struct stream *stream, char **bytes);
/* Keeps what of those bytes has not been used. */
void net_keep(struct stream *stream, const char *rest, size_t length);

#endif
