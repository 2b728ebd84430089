/* What the reference keeps for each connection and channel. */
#ifndef BENCH_REFERENCE_H
#define BENCH_REFERENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct connection {
    bool open;
    bool websocket;
    bool connected;      /* the first /meta/connect has been answered */
    bool subscribed;
    uint32_t carry_length;
    char *carry;         /* an incomplete frame or request, only while there is one */
};

struct channel {
    struct channel *next; /* in the same bucket */
    int *subscribers;     /* descriptors */
    size_t count, capacity;
    char *pending;        /* frames to be written to every subscriber at the end of the tick */
    size_t pending_length;
    char name[];
};

enum { PENDING_MAX = 256 << 10 };

/* Text being written; the buffer is the caller's. */
struct output {
    char *at;
    char *end;
};
/* Appends, or ends the process when there is no room. */
void output_append(struct output *output, const char *text, size_t length);

/* Answers one Bayeux array (or object): the replies, as one array, go to `replies`; publishes go to the pending
 * frames of their channels. Nothing is appended when no reply is due. */
void bayeux_process(struct connection *connection, int descriptor, const char *text, size_t length,
                    struct output *replies);
void bayeux_forget(struct connection *connection, int descriptor);

/* Takes a channel with pending frames; NULL when there is none. */
struct channel *bayeux_next_pending(void);

/* Writes all of it, waiting while the socket is full. False when the peer is gone. */
bool write_all(int descriptor, const char *bytes, size_t length);

/* Appends the head of an unmasked text frame. */
void append_frame_head(struct output *output, size_t length);

#endif
