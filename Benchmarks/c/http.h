/* A Bayeux session over long-polling: one keep-alive HTTP/1.1 connection, one request at a time. */
#ifndef BENCH_HTTP_H
#define BENCH_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "bayeux.h"
#include "net.h"
#include "options.h"

enum http_state { HTTP_NEW, HTTP_CONNECTING, HTTP_HANDSHAKING, HTTP_FIRST_CONNECT, HTTP_READY };

struct http_session {
    struct stream stream;
    enum http_state state;
    char client_id[CLIENT_ID_MAX];
    char cookies[256]; /* what the server has set, as `name=value; name=value` */
};

/* Opens all sessions: handshake and the first connect, `options->concurrency` at a time. */
void http_sessions_open(const struct options *options, struct http_session *sessions, size_t count,
                        size_t first_index);

/* Handshakes for `count` more sessions on the connection of one that is ready. Nothing connects for them. */
void http_handshakes(const struct options *options, const struct http_session *session, size_t count);

/* Posts one body. */
void http_post(const struct options *options, struct http_session *session, const char *body, size_t length);

/* Posts one /meta/connect; `timeout_ms` goes into its advice, `id` is written with ten digits. */
void http_post_connect(const struct options *options, struct http_session *session, int timeout_ms, uint64_t id);

/* One recv(2). True when the response is complete; its body is valid until the next call for any session.
 * Dies on a status other than 200, and when the server closes. */
bool http_receive(struct http_session *session, const char **body, size_t *length);

#endif
