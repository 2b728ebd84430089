#include "net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "stats.h"

enum { PER_SOURCE_ADDRESS = 25000, CARRY_MAX = 8 << 20, RECEIVE_MAX = 256 << 10 };
static char receive_buffer[CARRY_MAX + RECEIVE_MAX];

void net_allow_descriptors(size_t wanted) {
    wanted += 64;
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur >= wanted) return;
    struct rlimit raised = {.rlim_cur = wanted, .rlim_max = limit.rlim_max > wanted ? limit.rlim_max : wanted};
    if (setrlimit(RLIMIT_NOFILE, &raised) != 0) {
        die("%zu descriptors are needed, the limit is %llu", wanted, (unsigned long long)limit.rlim_max);
    }
}

void net_pin(int cpu) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET((size_t)cpu, &set);
    if (sched_setaffinity(0, sizeof set, &set) != 0) die("cannot run on CPU %d: %s", cpu, strerror(errno));
}

struct stream net_connect(const struct options *options, size_t index) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)options->port)};
    if (inet_pton(AF_INET, options->host, &address.sin_addr) != 1) die("--host %s is no IPv4 address", options->host);
    struct stream stream = {.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (stream.fd < 0) die("socket: %s", strerror(errno));
    int on = 1;
    setsockopt(stream.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (index >= PER_SOURCE_ADDRESS && (ntohl(address.sin_addr.s_addr) >> 24) == 127) {
        struct sockaddr_in source = {.sin_family = AF_INET};
        source.sin_addr.s_addr = htonl(INADDR_LOOPBACK + (uint32_t)(index / PER_SOURCE_ADDRESS));
        setsockopt(stream.fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
        if (bind(stream.fd, (struct sockaddr *)&source, sizeof source) != 0) die("bind: %s", strerror(errno));
    }
    if (connect(stream.fd, (struct sockaddr *)&address, sizeof address) != 0 && errno != EINPROGRESS) {
        die("connect to %s:%d: %s", options->host, options->port, strerror(errno));
    }
    return stream;
}

bool net_is_connected(const struct stream *stream) {
    struct pollfd wanted = {.fd = stream->fd, .events = POLLOUT};
    if (poll(&wanted, 1, 0) <= 0) return false;
    int error = 0;
    socklen_t length = sizeof error;
    getsockopt(stream->fd, SOL_SOCKET, SO_ERROR, &error, &length);
    if (error != 0) die("connect: %s", strerror(error));
    return true;
}

void net_close(struct stream *stream) {
    close(stream->fd);
    free(stream->carry);
    *stream = (struct stream){.fd = -1};
}

void net_send(struct stream *stream, const void *bytes, size_t length, double time_limit) {
    const char *at = bytes;
    struct wait_limit wait = {0};
    while (length > 0) {
        ssize_t sent = send(stream->fd, at, length, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent > 0) {
            at += sent;
            length -= (size_t)sent;
            wait = (struct wait_limit){0};
        } else if (errno == EAGAIN) {
            if (wait.deadline == 0) wait = wait_begin(time_limit);
            if (wait_is_over(&wait)) die("the server has not read for %.0f s", time_limit);
        } else if (errno != EINTR) {
            die("send: %s", strerror(errno));
        }
    }
}

size_t net_receive(struct stream *stream, char **bytes) {
    size_t kept = stream->carry_length;
    ssize_t received = recv(stream->fd, receive_buffer + kept, RECEIVE_MAX, MSG_DONTWAIT);
    if (received <= 0) {
        if (received == 0) stream->ended = true;
        else if (errno == ECONNRESET) stream->ended = true;
        else if (errno != EAGAIN && errno != EINTR) die("recv: %s", strerror(errno));
        return 0;
    }
    if (kept > 0) memcpy(receive_buffer, stream->carry, kept);
    *bytes = receive_buffer;
    return kept + (size_t)received;
}

void net_keep(struct stream *stream, const char *rest, size_t length) {
    if (length > CARRY_MAX) die("the server sends a frame or response of more than %d bytes", CARRY_MAX);
    if (length > stream->carry_capacity) {
        stream->carry_capacity = (uint32_t)(length < 512 ? 512 : length * 2);
        stream->carry = realloc(stream->carry, stream->carry_capacity);
        if (stream->carry == NULL) die("out of memory");
    }
    if (length > 0) memcpy(stream->carry, rest, length);
    stream->carry_length = (uint32_t)length;
}
