/* Sessions that do nothing but wait with a held connect: the server's memory for each, and its CPU meanwhile. */
#include <stdlib.h>
#include <unistd.h>

#include "http.h"
#include "scenarios.h"
#include "session.h"

static void report_growth(const char *name, uint64_t before, uint64_t after, size_t sessions) {
    report_number(name, ((double)after - (double)before) / (double)sessions, 0);
}

static void open_held(const struct options *options, void *sessions, size_t first, size_t count) {
    if (count == 0) return;
    if (!options->long_polling) {
        struct session *all = sessions;
        sessions_open(options, all + first, count, (struct session_opening){.hold = true, .first_index = first});
        return;
    }
    struct http_session *all = sessions;
    http_sessions_open(options, all + first, count, first);
    for (size_t i = first; i < first + count; i++) http_post_connect(options, &all[i], 3600000, 3);
}

static void expect_held(const struct options *options, void *sessions, size_t count) {
    if (!options->long_polling) {
        sessions_expect_silence(sessions, count);
        return;
    }
    struct http_session *all = sessions;
    for (size_t i = 0; i < count; i++) {
        const char *body;
        size_t length;
        if (http_receive(&all[i], &body, &length)) die("connect %zu is not held: %.*s", i, (int)length, body);
    }
}

int idle(const struct options *options) {
    enum { SETTLE_MICROSECONDS = 500000 };
    if (options->server_pid == 0) die("idle needs --server-pid");
    size_t warm = (size_t)options->warmup, count = options->sessions;
    size_t size = options->long_polling ? sizeof(struct http_session) : sizeof(struct session);
    void *sessions = calloc(warm + count, size);
    net_allow_descriptors(warm + count);

    open_held(options, sessions, 0, warm);
    usleep(SETTLE_MICROSECONDS);
    struct memory_sample before = memory_now(options->server_pid);
    open_held(options, sessions, warm, count);
    usleep(SETTLE_MICROSECONDS);
    struct memory_sample after = memory_now(options->server_pid);
    struct cpu_sample idle_from = cpu_now(options->server_pid);
    usleep((useconds_t)(options->hold * 1e6));
    struct cpu_sample idle_to = cpu_now(options->server_pid);
    expect_held(options, sessions, warm + count);

    report_integer("sessions", count);
    report_growth("bytes_per_session", before.anonymous, after.anonymous, count);
    report_growth("private_bytes_per_session", before.private_bytes, after.private_bytes, count);
    report_growth("rss_bytes_per_session", before.rss, after.rss, count);
    report_integer("server_rss_before", before.rss);
    report_integer("server_rss_after", after.rss);
    if (options->hold > 0) {
        double seconds = (double)(idle_to.wall_ns - idle_from.wall_ns) / 1e9;
        double cpu = (double)(idle_to.cpu_ns - idle_from.cpu_ns);
        report_number("server_cpu_ns_per_session_second", cpu / seconds / (double)(warm + count), 1);
    }
    return 0;
}
