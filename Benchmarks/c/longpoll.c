/* Keep-alive HTTP connections, each posting its next request as soon as the last one is answered:
 * /meta/connect with advice timeout 0, or publishes to a channel without subscribers. */
#include <stdlib.h>

#include "http.h"
#include "scenarios.h"

static const char channel[] = "/bench/nobody";

struct longpoll {
    const struct options *options;
    struct http_session *sessions;
    uint64_t *sent_ns;
    uint64_t *id; /* of the outstanding request, 0: none */
    size_t padding;
    uint64_t next_id;
};

static void post(struct longpoll *run, size_t index) {
    struct http_session *session = &run->sessions[index];
    run->id[index] = ++run->next_id;
    run->sent_ns[index] = now_ns();
    if (!run->options->publish) {
        http_post_connect(run->options, session, 0, run->id[index]);
        return;
    }
    char body[65536];
    char *end = append_text(body, "[", 1);
    end = append_publish(end, channel, session->client_id, run->id[index], run->padding);
    end = append_text(end, "]", 1);
    http_post(run->options, session, body, (size_t)(end - body));
}

static void check(const struct longpoll *run, size_t index, const char *body, size_t length) {
    char id[SEQUENCE_DIGITS + 3] = "\"";
    memcpy(append_digits(id + 1, run->id[index]), "\"", 2);
    expect_reply(body, length, run->options->publish ? channel : "\"/meta/connect\"");
    if (!text_contains(body, length, id)) die("the reply does not have the id %s: %.*s", id, (int)length, body);
}

/* `requests` round trips over all connections; returns when none is outstanding. */
static void run_requests(struct longpoll *run, size_t requests, struct histogram *latency) {
    size_t posted = 0, answered = 0;
    for (size_t i = 0; i < run->options->connections && posted < requests; i++, posted++) post(run, i);
    struct wait_limit wait = wait_begin(run->options->time_limit);
    while (answered < requests) {
        bool progress = false;
        for (size_t i = 0; i < run->options->connections; i++) {
            const char *body;
            size_t length;
            if (run->id[i] == 0 || !http_receive(&run->sessions[i], &body, &length)) continue;
            histogram_add(latency, now_ns() - run->sent_ns[i]);
            check(run, i, body, length);
            run->id[i] = 0;
            answered++;
            progress = true;
            if (posted < requests) {
                post(run, i);
                posted++;
            }
        }
        if (progress) wait_progressed(&wait);
        else if (wait_is_over(&wait)) {
            die("no answer for %.0f s: %zu of %zu requests are answered", run->options->time_limit, answered, requests);
        }
    }
}

int longpoll(const struct options *options) {
    struct longpoll run = {.options = options};
    run.padding = padding_for_delivery(channel, options->size);
    run.sessions = calloc(options->connections, sizeof *run.sessions);
    run.sent_ns = calloc(options->connections, sizeof *run.sent_ns);
    run.id = calloc(options->connections, sizeof *run.id);
    net_allow_descriptors(options->connections);
    http_sessions_open(options, run.sessions, options->connections, 0);

    static struct histogram warmup, latency;
    struct cpu_meter meter;
    run_requests(&run, (size_t)options->warmup, &warmup);
    meter_begin(&meter, options->server_pid, options->requests);
    for (size_t block = 0, done = 0; block < METER_BLOCKS; block++) {
        size_t requests = options->requests * (block + 1) / METER_BLOCKS - done;
        run_requests(&run, requests, &latency);
        meter_add(&meter, requests);
        done += requests;
    }
    meter_end(&meter);

    report_integer("connections", options->connections);
    report_integer("round_trips", options->requests);
    report_meter("round_trip", &meter);
    report_latency("round_trip", &latency);
    return 0;
}
