/* The raw limit: one thread, epoll, and write(2) of frames made once. Speaks as much HTTP, WebSocket and Bayeux as
 * loadgen does, by substring search, and trusts its peers. Not a server. */
#include "reference.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sha1.h"

enum { INPUT_MAX = 1 << 20, RECEIVE_MAX = 256 << 10, OUTPUT_MAX = 1 << 20 };
static char input[INPUT_MAX + RECEIVE_MAX];
static char replies_buffer[OUTPUT_MAX];
static char answer_buffer[OUTPUT_MAX];
static struct connection *connections;
static size_t connections_max;
static int poller;

static _Noreturn void fail(const char *what) {
    fprintf(stderr, "reference: %s: %s\n", what, strerror(errno));
    exit(1);
}

void output_append(struct output *output, const char *text, size_t length) {
    if ((size_t)(output->end - output->at) < length) {
        errno = ENOBUFS;
        fail("output");
    }
    memcpy(output->at, text, length);
    output->at += length;
}

void append_frame_head(struct output *output, size_t length) {
    char head[4] = {(char)0x81, (char)length};
    if (length >= 126) {
        head[1] = 126;
        head[2] = (char)(length >> 8);
        head[3] = (char)length;
    }
    output_append(output, head, length < 126 ? 2 : 4);
}

bool write_all(int descriptor, const char *bytes, size_t length) {
    for (;;) {
        ssize_t written = write(descriptor, bytes, length);
        if (written == (ssize_t)length) return true;
        if (written > 0) {
            bytes += written;
            length -= (size_t)written;
        } else if (errno == EAGAIN) {
            struct pollfd wanted = {.fd = descriptor, .events = POLLOUT};
            poll(&wanted, 1, -1);
        } else if (errno != EINTR) {
            return false;
        }
    }
}

static void close_connection(int descriptor) {
    struct connection *connection = &connections[descriptor];
    bayeux_forget(connection, descriptor);
    free(connection->carry);
    *connection = (struct connection){0};
    close(descriptor);
}

/* Takes one masked frame, unmasks it in place. Returns its length, 0 when it is not complete. */
static size_t take_frame(struct connection *connection, int descriptor, char *bytes, size_t length,
                         struct output *answer, bool *closing) {
    const unsigned char *head = (const unsigned char *)bytes;
    if (length < 6) return 0;
    size_t head_length = 6, payload_length = head[1] & 127;
    if (payload_length == 126) {
        head_length = 8;
        payload_length = (size_t)head[2] << 8 | head[3];
    } else if (payload_length == 127) {
        head_length = 14;
        payload_length = (size_t)head[6] << 24 | (size_t)head[7] << 16 | (size_t)head[8] << 8 | head[9];
    }
    if (length < head_length + payload_length) return 0;
    char *payload = bytes + head_length;
    uint32_t mask;
    memcpy(&mask, payload - 4, 4);
    uint64_t wide = (uint64_t)mask << 32 | mask, word;
    size_t at = 0;
    for (; payload_length - at >= 8; at += 8) {
        memcpy(&word, payload + at, 8);
        word ^= wide;
        memcpy(payload + at, &word, 8);
    }
    for (; at < payload_length; at++) payload[at] ^= (char)(mask >> (8 * (at % 4)));

    if ((head[0] & 15) == 8) {
        output_append(answer, "\x88\x02\x03\xe8", 4);
        *closing = true;
    } else if ((head[0] & 15) == 1) {
        struct output replies = {replies_buffer, replies_buffer + sizeof replies_buffer};
        bayeux_process(connection, descriptor, payload, payload_length, &replies);
        size_t replies_length = (size_t)(replies.at - replies_buffer);
        if (replies_length > 0) {
            append_frame_head(answer, replies_length);
            output_append(answer, replies_buffer, replies_length);
        }
    }
    return head_length + payload_length;
}

/* Takes one HTTP request: an upgrade, or a POST with Content-Length. Returns its length, 0 when incomplete. */
static size_t take_request(struct connection *connection, int descriptor, const char *bytes, size_t length,
                           struct output *answer) {
    const char *end = memmem(bytes, length, "\r\n\r\n", 4);
    if (end == NULL) return 0;
    size_t head_length = (size_t)(end + 4 - bytes);
    char head[512];
    const char *key = memmem(bytes, head_length, "Sec-WebSocket-Key: ", 19);
    if (key != NULL) {
        key += 19;
        char accept[WEBSOCKET_ACCEPT_LENGTH + 1];
        websocket_accept(key, (size_t)((const char *)memchr(key, '\r', head_length) - key), accept);
        int written = snprintf(head, sizeof head,
                               "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                               "Sec-WebSocket-Accept: %s\r\n\r\n", accept);
        output_append(answer, head, (size_t)written);
        connection->websocket = true;
        return head_length;
    }
    const char *value = memmem(bytes, head_length, "Content-Length: ", 16);
    size_t body_length = value == NULL ? 0 : strtoul(value + 16, NULL, 10);
    if (length < head_length + body_length) return 0;
    struct output replies = {replies_buffer, replies_buffer + sizeof replies_buffer};
    bayeux_process(connection, descriptor, bytes + head_length, body_length, &replies);
    size_t replies_length = (size_t)(replies.at - replies_buffer);
    if (replies_length > 0) {
        int written = snprintf(head, sizeof head,
                               "HTTP/1.1 200 OK\r\nContent-Type: application/json;charset=utf-8\r\n"
                               "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
                               "Content-Length: %zu\r\n\r\n", replies_length);
        output_append(answer, head, (size_t)written);
        output_append(answer, replies_buffer, replies_length);
    }
    return head_length + body_length;
}

static void serve(int descriptor) {
    struct connection *connection = &connections[descriptor];
    size_t kept = connection->carry_length;
    ssize_t received = recv(descriptor, input + kept, RECEIVE_MAX, MSG_DONTWAIT);
    if (received < 0 && errno == EAGAIN) return;
    if (received <= 0) {
        close_connection(descriptor);
        return;
    }
    if (kept > 0) {
        memcpy(input, connection->carry, kept);
        free(connection->carry);
        connection->carry = NULL;
        connection->carry_length = 0;
    }
    size_t length = kept + (size_t)received, at = 0;
    bool closing = false;
    struct output answer = {answer_buffer, answer_buffer + sizeof answer_buffer};
    while (at < length && !closing) {
        size_t taken = connection->websocket
                           ? take_frame(connection, descriptor, input + at, length - at, &answer, &closing)
                           : take_request(connection, descriptor, input + at, length - at, &answer);
        if (taken == 0) break;
        at += taken;
    }
    if (at < length && !closing) {
        if (length - at > INPUT_MAX) closing = true;
        connection->carry_length = (uint32_t)(length - at);
        connection->carry = malloc(length - at);
        memcpy(connection->carry, input + at, length - at);
    }
    if (answer.at > answer_buffer && !write_all(descriptor, answer_buffer, (size_t)(answer.at - answer_buffer))) {
        closing = true;
    }
    if (closing) close_connection(descriptor);
}

static void accept_all(int listener) {
    for (int i = 0; i < 256; i++) {
        int descriptor = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor < 0) {
            if (errno == EAGAIN || errno == ECONNABORTED) return;
            fail("accept");
        }
        int on = 1;
        setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        connections[descriptor] = (struct connection){.open = true};
        struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
        if (epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event) != 0) fail("epoll_ctl");
    }
}

/* All that the fan-out costs: one write(2) for each subscriber. */
static void write_pending(void) {
    struct channel *channel;
    while ((channel = bayeux_next_pending()) != NULL) {
        for (size_t i = 0; i < channel->count; i++) {
            write_all(channel->subscribers[i], channel->pending, channel->pending_length);
        }
        channel->pending_length = 0;
    }
}

static int listen_on(int port) {
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    connections_max = limit.rlim_max < 1 << 20 ? limit.rlim_max : 1 << 20;
    connections = calloc(connections_max, sizeof *connections); /* untouched pages cost nothing */

    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    if (bind(listener, (struct sockaddr *)&address, length) != 0) fail("bind");
    if (listen(listener, 4096) != 0) fail("listen");
    getsockname(listener, (struct sockaddr *)&address, &length);
    printf("listening on http://127.0.0.1:%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return listener;
}

int main(int argc, char **argv) {
    if (argc != 3 || strcmp(argv[1], "--port") != 0) {
        fprintf(stderr, "usage: reference --port P (0: any free port)\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    int listener = listen_on(atoi(argv[2]));
    poller = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event) != 0) fail("epoll_ctl");
    for (;;) {
        struct epoll_event events[512];
        int count = epoll_wait(poller, events, 512, -1);
        if (count < 0 && errno != EINTR) fail("epoll_wait");
        for (int i = 0; i < count; i++) {
            if (events[i].data.fd == listener) accept_all(listener);
            else if (connections[events[i].data.fd].open) serve(events[i].data.fd);
        }
        write_pending();
    }
}
