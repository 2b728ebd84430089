#include "http.h"

#include <stdlib.h>

void http_post(const struct options *options, struct http_session *session, const char *body, size_t length) {
    static char request[65536 + 2048];
    if (length > 65536) die("a body of %zu bytes is too long", length);
    int head = snprintf(request, 2048,
                        "POST %s HTTP/1.1\r\nHost: %s:%d\r\nContent-Type: application/json;charset=UTF-8\r\n"
                        "Content-Length: %zu\r\n%s%s%s\r\n",
                        options->path, options->host, options->port, length, session->cookies[0] ? "Cookie: " : "",
                        session->cookies, session->cookies[0] ? "\r\n" : "");
    if (head >= 2048) die("--path is too long");
    memcpy(request + head, body, length);
    net_send(&session->stream, request, (size_t)head + length, options->time_limit);
}

void http_post_connect(const struct options *options, struct http_session *session, int timeout_ms, uint64_t id) {
    char body[512];
    int length = snprintf(body, sizeof body,
                          "[{\"channel\":\"/meta/connect\",\"connectionType\":\"long-polling\","
                          "\"advice\":{\"timeout\":%d},\"id\":\"%010llu\",\"clientId\":\"%s\"}]",
                          timeout_ms, (unsigned long long)id, session->client_id);
    http_post(options, session, body, (size_t)length);
}

/* Finds a header's value in `head`, which starts at the status line and ends before the empty line. */
static const char *header_value(const char *head, const char *end, const char *name, const char **value_end) {
    size_t name_length = strlen(name);
    while (head < end) {
        const char *line_end = memmem(head, (size_t)(end - head), "\r\n", 2);
        if (line_end == NULL) line_end = end;
        if ((size_t)(line_end - head) > name_length && head[name_length] == ':' &&
            strncasecmp(head, name, name_length) == 0) {
            const char *value = head + name_length + 1;
            while (value < line_end && *value == ' ') value++;
            *value_end = line_end;
            return value;
        }
        head = line_end + 2;
    }
    return NULL;
}

static void keep_cookies(struct http_session *session, const char *head, const char *end) {
    const char *value, *value_end;
    while ((value = header_value(head, end, "set-cookie", &value_end)) != NULL) {
        const char *pair_end = memchr(value, ';', (size_t)(value_end - value));
        if (pair_end == NULL) pair_end = value_end;
        size_t used = strlen(session->cookies);
        int length = snprintf(session->cookies + used, sizeof session->cookies - used, "%s%.*s", used ? "; " : "",
                              (int)(pair_end - value), value);
        if ((size_t)length >= sizeof session->cookies - used) die("the server sets too many cookies");
        head = value_end;
    }
}

/* Joins the chunks in place. Returns the body's length, or -1 when chunks are still missing. */
static long join_chunks(char *bytes, size_t available) {
    size_t from = 0, to = 0;
    for (;;) {
        char *line_end = memmem(bytes + from, available - from, "\r\n", 2);
        if (line_end == NULL) return -1;
        size_t chunk = strtoul(bytes + from, NULL, 16);
        from = (size_t)(line_end + 2 - bytes);
        if (available - from < chunk + 2) return -1;
        if (chunk == 0) return (long)to;
        memmove(bytes + to, bytes + from, chunk);
        to += chunk;
        from += chunk + 2;
    }
}

bool http_receive(struct http_session *session, const char **body, size_t *length) {
    char *bytes;
    size_t available = net_receive(&session->stream, &bytes);
    if (available == 0) {
        if (session->stream.ended) die("the server ends a connection instead of answering");
        return false;
    }
    char *end = memmem(bytes, available, "\r\n\r\n", 4);
    if (end == NULL) {
        net_keep(&session->stream, bytes, available);
        return false;
    }
    size_t body_at = (size_t)(end + 4 - bytes), body_length = 0;
    const char *value_end, *value;
    if ((value = header_value(bytes, end, "content-length", &value_end)) != NULL) {
        body_length = strtoul(value, NULL, 10);
        if (available - body_at < body_length) {
            net_keep(&session->stream, bytes, available);
            return false;
        }
        if (available - body_at > body_length) die("the server sends more than the response");
    } else if (header_value(bytes, end, "transfer-encoding", &value_end) != NULL) {
        /* Joining changes the bytes, so look first whether the last chunk is there. */
        if (available - body_at < 5 || memcmp(bytes + available - 5, "0\r\n\r\n", 5) != 0) {
            net_keep(&session->stream, bytes, available);
            return false;
        }
        long joined = join_chunks(bytes + body_at, available - body_at);
        if (joined < 0) die("chunks that do not fit together: %.*s", (int)available, bytes);
        body_length = (size_t)joined;
    }
    if (strncmp(bytes, "HTTP/1.1 200", 12) != 0) die("not 200: %.*s", (int)(body_at + body_length), bytes);
    net_keep(&session->stream, NULL, 0);
    keep_cookies(session, bytes, end);
    *body = bytes + body_at;
    *length = body_length;
    return true;
}

static void post_handshake(const struct options *options, struct http_session *session) {
    static const char body[] = "[{\"channel\":\"/meta/handshake\",\"version\":\"1.0\",\"minimumVersion\":\"1.0\","
                               "\"supportedConnectionTypes\":[\"long-polling\"],"
                               "\"advice\":{\"timeout\":60000,\"interval\":0},\"id\":\"1\"}]";
    http_post(options, session, body, sizeof body - 1);
}

static bool advance(const struct options *options, struct http_session *session, size_t index) {
    const char *body;
    size_t length;
    switch (session->state) {
    case HTTP_NEW:
        session->stream = net_connect(options, index);
        session->state = HTTP_CONNECTING;
        return true;
    case HTTP_CONNECTING:
        if (!net_is_connected(&session->stream)) return false;
        session->state = HTTP_HANDSHAKING;
        post_handshake(options, session);
        return true;
    case HTTP_HANDSHAKING:
        if (!http_receive(session, &body, &length)) return false;
        expect_reply(body, length, "\"/meta/handshake\"");
        copy_client_id(session->client_id, body, length);
        session->state = HTTP_FIRST_CONNECT;
        http_post_connect(options, session, 0, 2);
        return true;
    default:
        if (!http_receive(session, &body, &length)) return false;
        expect_reply(body, length, "\"/meta/connect\"");
        session->state = HTTP_READY;
        return true;
    }
}

void http_sessions_open(const struct options *options, struct http_session *sessions, size_t count,
                        size_t first_index) {
    size_t concurrency = options->concurrency < count ? options->concurrency : count;
    size_t *active = malloc(concurrency * sizeof *active);
    size_t started = 0, finished = 0;
    for (; started < concurrency; started++) active[started] = started;
    struct wait_limit wait = wait_begin(options->time_limit);
    while (finished < count) {
        bool progress = false;
        for (size_t i = 0; i < concurrency; i++) {
            struct http_session *session = &sessions[active[i]];
            if (session->state == HTTP_READY) continue;
            progress |= advance(options, session, first_index + active[i]);
            if (session->state != HTTP_READY) continue;
            finished++;
            if (started < count) active[i] = started++;
        }
        if (progress) wait_progressed(&wait);
        else if (wait_is_over(&wait)) die("opening sessions: no progress, %zu of %zu are ready", finished, count);
    }
    free(active);
}

void http_handshakes(const struct options *options, const struct http_session *session, size_t count) {
    struct http_session other = *session;
    struct wait_limit wait = wait_begin(options->time_limit);
    for (size_t i = 0; i < count; i++) {
        const char *body;
        size_t length;
        other.cookies[0] = 0; /* each is another browser's */
        post_handshake(options, &other);
        while (!http_receive(&other, &body, &length)) {
            if (wait_is_over(&wait)) die("handshakes: no progress, %zu of %zu are made", i, count);
        }
        expect_reply(body, length, "\"/meta/handshake\"");
        wait_progressed(&wait);
    }
}
