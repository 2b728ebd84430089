/* One WebSocket publishes to a channel without subscribers. Up to a window of messages is unacknowledged;
 * half a window goes out in one write, each message in a frame of its own. */
#include <stdlib.h>

#include "bayeux.h"
#include "scenarios.h"
#include "session.h"

static const char channel[] = "/bench/nobody";

struct publisher {
    const struct options *options;
    struct session session;
    size_t padding;
    uint64_t next_id;
    uint64_t acknowledged;
    char *frames;
};

static void reply_text(struct session *session, const char *text, size_t length, void *context) {
    struct publisher *run = context;
    run->acknowledged += session_replies(run->options, session, text, length);
}

static void send_frames(struct publisher *run, size_t count) {
    char message[65536];
    char *end = run->frames;
    for (size_t i = 0; i < count; i++) {
        char *text_end = append_text(message, "[", 1);
        text_end = append_publish(text_end, channel, run->session.client_id, ++run->next_id, run->padding);
        text_end = append_text(text_end, "]", 1);
        end = session_encode(end, message, (size_t)(text_end - message));
    }
    net_send(&run->session.stream, run->frames, (size_t)(end - run->frames), run->options->time_limit);
}

static void run_messages(struct publisher *run, size_t messages) {
    size_t window = run->options->window, step = window > 1 ? window / 2 : 1, sent = 0;
    run->acknowledged = 0;
    struct wait_limit wait = wait_begin(run->options->time_limit);
    while (run->acknowledged < messages) {
        while (sent < messages) {
            size_t count = messages - sent < step ? messages - sent : step;
            if (sent + count - run->acknowledged > window) break;
            send_frames(run, count);
            sent += count;
        }
        if (session_read(run->options, &run->session, reply_text, run)) {
            if (run->acknowledged > sent) die("more replies than messages");
            wait_progressed(&wait);
        } else if (wait_is_over(&wait)) {
            die("no reply for %.0f s: %llu of %zu sent messages are acknowledged", run->options->time_limit,
                (unsigned long long)run->acknowledged, sent);
        }
    }
}

int publish(const struct options *options) {
    struct publisher run = {.options = options};
    run.padding = padding_for_delivery(channel, options->size);
    run.frames = malloc(options->window * (options->size + CLIENT_ID_MAX + 128));
    sessions_open(options, &run.session, 1, (struct session_opening){.hold = true});

    struct cpu_meter meter;
    run_messages(&run, (size_t)options->warmup);
    meter_begin(&meter, options->server_pid, options->messages);
    for (size_t block = 0, done = 0; block < METER_BLOCKS; block++) {
        size_t messages = options->messages * (block + 1) / METER_BLOCKS - done;
        run_messages(&run, messages);
        meter_add(&meter, messages);
        done += messages;
    }
    meter_end(&meter);

    report_integer("window", options->window);
    report_integer("messages", options->messages);
    report_meter("publish", &meter);
    return 0;
}
