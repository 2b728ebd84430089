#include "session.h"

#include <stdlib.h>

#include "sha1.h"

enum { CLOSE_OPCODE = 8, PING_OPCODE = 9, PONG_OPCODE = 10, TEXT_OPCODE = 1 };

static uint32_t next_random(void) {
    static uint32_t state = 0x9E3779B9;
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

static char *encode_frame(char *out, int opcode, const char *payload, size_t length) {
    *out++ = (char)(0x80 | opcode);
    if (length < 126) {
        *out++ = (char)(0x80 | length);
    } else if (length < 65536) {
        *out++ = (char)(0x80 | 126);
        *out++ = (char)(length >> 8);
        *out++ = (char)length;
    } else {
        *out++ = (char)(0x80 | 127);
        for (int shift = 56; shift >= 0; shift -= 8) *out++ = (char)((uint64_t)length >> shift);
    }
    uint32_t mask = next_random();
    memcpy(out, &mask, 4);
    out += 4;
    uint64_t wide = (uint64_t)mask << 32 | mask;
    size_t at = 0;
    for (; length - at >= 8; at += 8) {
        uint64_t word;
        memcpy(&word, payload + at, 8);
        word ^= wide;
        memcpy(out + at, &word, 8);
    }
    for (; at < length; at++) out[at] = (char)(payload[at] ^ (char)(mask >> (8 * (at % 4))));
    return out + length;
}

char *session_encode(char *out, const char *text, size_t length) {
    return encode_frame(out, TEXT_OPCODE, text, length);
}

void session_send(const struct options *options, struct session *session, const char *text, size_t length) {
    static char frame[65536 + 14];
    if (length > 65536) die("a message of %zu bytes is too long for a frame", length);
    char *end = session_encode(frame, text, length);
    net_send(&session->stream, frame, (size_t)(end - frame), options->time_limit);
}

static void send_control(const struct options *options, struct session *session, int opcode, const char *payload,
                         size_t length) {
    char frame[125 + 14];
    char *end = encode_frame(frame, opcode, payload, length);
    net_send(&session->stream, frame, (size_t)(end - frame), options->time_limit);
}

/* Takes whole frames off `bytes`, returns how many bytes they had. */
static size_t take_frames(const struct options *options, struct session *session, const char *bytes, size_t length,
                          session_text *text, void *context) {
    size_t at = 0;
    while (length - at >= 2) {
        const unsigned char *head = (const unsigned char *)bytes + at;
        size_t head_length = 2;
        uint64_t payload_length = head[1] & 127;
        if (head[1] & 128) die("the server masks its frames");
        if (payload_length == 126) {
            head_length = 4;
            if (length - at < head_length) break;
            payload_length = (uint64_t)head[2] << 8 | head[3];
        } else if (payload_length == 127) {
            head_length = 10;
            if (length - at < head_length) break;
            payload_length = 0;
            for (int i = 2; i < 10; i++) payload_length = payload_length << 8 | head[i];
        }
        if (length - at - head_length < payload_length) break;
        const char *payload = bytes + at + head_length;
        at += head_length + payload_length;
        switch (head[0]) {
        case 0x80 | TEXT_OPCODE: text(session, payload, payload_length, context); break;
        case 0x80 | PING_OPCODE: send_control(options, session, PONG_OPCODE, payload, payload_length); break;
        case 0x80 | PONG_OPCODE: break;
        case 0x80 | CLOSE_OPCODE:
            if (session->state == SESSION_LEAVING) {
                session->state = SESSION_CLOSED;
                break;
            }
            if (payload_length < 2) die("the server closes the WebSocket, without a code");
            die("the server closes the WebSocket: %d %.*s", head[head_length] << 8 | head[head_length + 1],
                (int)payload_length - 2, payload + 2);
        default: die("unexpected frame, first byte 0x%02x", head[0]);
        }
    }
    return at;
}

bool session_read(const struct options *options, struct session *session, session_text *text, void *context) {
    char *bytes;
    size_t length = net_receive(&session->stream, &bytes);
    if (length == 0) {
        if (!session->stream.ended) return false;
        if (session->state != SESSION_LEAVING) die("the server ends the connection of %s", session->client_id);
        session->state = SESSION_CLOSED;
        return true;
    }
    size_t used = take_frames(options, session, bytes, length, text, context);
    net_keep(&session->stream, bytes + used, length - used);
    return true;
}

/* Keeps the number of the batch that a reply to a connect comes with. */
static void note_batch(struct session *session, const char *text, size_t length) {
    const char *found = memmem(text, length, "\"ack\":", 6);
    if (found != NULL && found + 6 < text + length) session->batch = strtol(found + 6, NULL, 10);
}

static void send_connect(const struct options *options, struct session *session, bool hold) {
    char text[512], ext[64] = "";
    if (options->ack) snprintf(ext, sizeof ext, "\"ext\":{\"ack\":%ld},", session->batch);
    int length = snprintf(text, sizeof text,
                          "[{\"channel\":\"/meta/connect\",\"connectionType\":\"websocket\",%s"
                          "\"advice\":{\"timeout\":%d},\"id\":\"%d\",\"clientId\":\"%s\"}]",
                          ext, hold ? 3600000 : 0, hold ? 4 : 2, session->client_id);
    session_send(options, session, text, (size_t)length);
}

size_t session_replies(const struct options *options, struct session *session, const char *text, size_t length) {
    if (text_contains(text, length, "\"successful\":false")) die("refused: %.*s", (int)length, text);
    size_t replies = text_count(text, length, "\"successful\":true");
    if (text_contains(text, length, "\"/meta/connect\"")) {
        if (options->ack) note_batch(session, text, length);
        send_connect(options, session, true);
        replies--;
    }
    return replies;
}

static const char upgrade_key[] = "dGhlIHNhbXBsZSBub25jZQ==";

static void send_upgrade(const struct options *options, struct session *session) {
    char text[1024];
    int length = snprintf(text, sizeof text,
                          "GET %s HTTP/1.1\r\nHost: %s:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          "Sec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\n\r\n",
                          options->path, options->host, options->port, upgrade_key);
    if (length >= (int)sizeof text) die("--path is too long");
    net_send(&session->stream, text, (size_t)length, options->time_limit);
}

static void send_meta(const struct options *options, struct session *session, const char *channel) {
    size_t room = strlen(channel) + CLIENT_ID_MAX + 256;
    if (session->subscription != NULL) room += strlen(session->subscription);
    char *text = malloc(room);
    int length;
    if (session->state == SESSION_HANDSHAKING) {
        length = snprintf(text, room,
                          "[{\"channel\":\"%s\",\"version\":\"1.0\",\"minimumVersion\":\"1.0\","
                          "\"supportedConnectionTypes\":[\"websocket\"],\"advice\":{\"timeout\":60000,\"interval\":0},"
                          "%s\"id\":\"1\"}]", channel, options->ack ? "\"ext\":{\"ack\":true}," : "");
    } else if (session->state == SESSION_SUBSCRIBING) {
        length = snprintf(text, room, "[{\"channel\":\"%s\",\"subscription\":%s,\"id\":\"3\",\"clientId\":\"%s\"}]",
                          channel, session->subscription, session->client_id);
    } else {
        length = snprintf(text, room, "[{\"channel\":\"%s\",\"id\":\"5\",\"clientId\":\"%s\"}]", channel,
                          session->client_id);
    }
    session_send(options, session, text, (size_t)length);
    free(text);
}

/* Reads the answer to the upgrade; true when it is complete. What follows it stays with the stream. */
static bool read_upgrade(struct session *session) {
    char *bytes, accept[WEBSOCKET_ACCEPT_LENGTH + 1];
    size_t length = net_receive(&session->stream, &bytes);
    if (length == 0) {
        if (session->stream.ended) die("the server ends the connection instead of upgrading it");
        return false;
    }
    const char *end = memmem(bytes, length, "\r\n\r\n", 4);
    if (end == NULL) {
        net_keep(&session->stream, bytes, length);
        return false;
    }
    websocket_accept(upgrade_key, strlen(upgrade_key), accept);
    if (strncmp(bytes, "HTTP/1.1 101", 12) != 0 || !text_contains(bytes, (size_t)(end - bytes), accept)) {
        die("no WebSocket: %.*s", (int)(end - bytes), bytes);
    }
    end += 4;
    net_keep(&session->stream, end, length - (size_t)(end - bytes));
    return true;
}

struct opening_context {
    const struct options *options;
    const struct session_opening *opening;
};

static void become_ready(const struct opening_context *context, struct session *session) {
    session->state = SESSION_READY;
    if (context->opening->latency != NULL) histogram_add(context->opening->latency, now_ns() - session->started_ns);
    if (context->opening->hold) send_connect(context->options, session, true);
    if (context->opening->close) {
        session->state = SESSION_LEAVING;
        send_meta(context->options, session, "/meta/disconnect");
    }
}

static void opening_text(struct session *session, const char *text, size_t length, void *argument) {
    const struct opening_context *context = argument;
    switch (session->state) {
    case SESSION_HANDSHAKING:
        expect_reply(text, length, "\"/meta/handshake\"");
        copy_client_id(session->client_id, text, length);
        session->state = SESSION_FIRST_CONNECT;
        send_connect(context->options, session, false);
        break;
    case SESSION_FIRST_CONNECT:
        expect_reply(text, length, "\"/meta/connect\"");
        if (context->options->ack) note_batch(session, text, length);
        if (session->subscription != NULL) {
            session->state = SESSION_SUBSCRIBING;
            send_meta(context->options, session, "/meta/subscribe");
        } else {
            become_ready(context, session);
        }
        break;
    case SESSION_SUBSCRIBING:
        expect_reply(text, length, "\"/meta/subscribe\"");
        become_ready(context, session);
        break;
    case SESSION_LEAVING:
        if (!text_contains(text, length, "\"/meta/disconnect\"")) break; /* the held connect's end */
        send_control(context->options, session, CLOSE_OPCODE, "\x03\xe8", 2); /* closed when it is answered */
        break;
    default: die("unexpected while opening a session: %.*s", (int)length, text);
    }
}

/* Does what can be done now for a session being opened; true when its state has changed. */
static bool advance(const struct opening_context *context, struct session *session, size_t index) {
    enum session_state before = session->state;
    switch (session->state) {
    case SESSION_NEW:
        session->started_ns = now_ns();
        session->stream = net_connect(context->options, index);
        session->state = SESSION_CONNECTING;
        break;
    case SESSION_CONNECTING:
        if (!net_is_connected(&session->stream)) break;
        send_upgrade(context->options, session);
        session->state = SESSION_UPGRADING;
        break;
    case SESSION_UPGRADING:
        if (!read_upgrade(session)) break;
        session->state = SESSION_HANDSHAKING;
        send_meta(context->options, session, "/meta/handshake");
        break;
    default:
        session_read(context->options, session, opening_text, (void *)context);
        if (session->state == SESSION_CLOSED) net_close(&session->stream);
        break;
    }
    return session->state != before;
}

void sessions_open(const struct options *options, struct session *sessions, size_t count,
                   struct session_opening opening) {
    struct opening_context context = {.options = options, .opening = &opening};
    enum session_state wanted = opening.close ? SESSION_CLOSED : SESSION_READY;
    size_t concurrency = options->concurrency < count ? options->concurrency : count;
    size_t *active = malloc(concurrency * sizeof *active);
    size_t started = 0, finished = 0;
    while (started < concurrency) {
        active[started] = started;
        started++;
    }
    struct wait_limit wait = wait_begin(options->time_limit);
    while (finished < count) {
        bool progress = false;
        for (size_t i = 0; i < concurrency; i++) {
            struct session *session = &sessions[active[i]];
            if (session->state == wanted) continue;
            progress |= advance(&context, session, opening.first_index + active[i]);
            if (session->state != wanted) continue;
            finished++;
            if (started < count) active[i] = started++;
        }
        if (progress) {
            wait_progressed(&wait);
        } else if (wait_is_over(&wait)) {
            die("opening sessions: no progress for %.0f s, %zu of %zu are ready, one is in state %d",
                options->time_limit, finished, count, (int)sessions[active[0]].state);
        }
    }
    free(active);
}

void sessions_expect_silence(struct session *sessions, size_t count) {
    for (size_t i = 0; i < count; i++) {
        char *bytes;
        size_t length = net_receive(&sessions[i].stream, &bytes);
        if (sessions[i].stream.ended) die("the server has ended the connection of session %zu", i);
        if (length > 2 && (unsigned char)bytes[0] != (0x80 | PING_OPCODE)) {
            die("session %zu got something: %.*s", i, (int)length - 2, bytes + 2);
        }
    }
}
