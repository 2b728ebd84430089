/* A Bayeux session over a WebSocket of its own. */
#ifndef BENCH_SESSION_H
#define BENCH_SESSION_H

#include <stddef.h>
#include <stdint.h>

#include "bayeux.h"
#include "net.h"
#include "options.h"
#include "stats.h"

enum session_state {
    SESSION_NEW,
    SESSION_CONNECTING,  /* TCP */
    SESSION_UPGRADING,
    SESSION_HANDSHAKING,
    SESSION_FIRST_CONNECT,
    SESSION_SUBSCRIBING,
    SESSION_READY,
    SESSION_LEAVING,     /* /meta/disconnect sent, or the WebSocket's close */
    SESSION_CLOSED,
};

struct session {
    struct stream stream;
    enum session_state state;
    char client_id[CLIENT_ID_MAX];
    const char *subscription; /* JSON string or array to subscribe to before the session is ready, or NULL */
    uint64_t started_ns;
    long batch;                /* the last batch that the server has numbered */
};

/* How sessions are opened. */
struct session_opening {
    size_t first_index;          /* counts on through several openings, for the source addresses */
    bool hold;                   /* send a second /meta/connect, which the server holds */
    bool close;                  /* disconnect and close each as soon as it is ready */
    struct histogram *latency;   /* from the start of the TCP connection to ready, or NULL */
};

/* Called with each complete text message, which is only valid during the call. */
typedef void session_text(struct session *session, const char *text, size_t length, void *context);

/* Opens all sessions, `options->concurrency` at a time, and returns when each is ready (or closed). */
void sessions_open(const struct options *options, struct session *sessions, size_t count,
                   struct session_opening opening);

/* One recv(2); calls `text` for each complete frame, answers pings. Dies when the server closes.
 * Returns false when nothing has come. */
bool session_read(const struct options *options, struct session *session, session_text *text, void *context);

/* For text without deliveries: dies on a refusal, connects again when a held connect was answered.
 * Returns the number of successful replies other than to /meta/connect. */
size_t session_replies(const struct options *options, struct session *session, const char *text, size_t length);

/* Encodes one masked text frame, returns the end of it. The frame takes up to `length` + 14 bytes. */
char *session_encode(char *out, const char *text, size_t length);
void session_send(const struct options *options, struct session *session, const char *text, size_t length);

/* Dies unless every session is still connected and silent. */
void sessions_expect_silence(struct session *sessions, size_t count);

#endif
