/* One publisher, N subscribers of one channel. A round publishes a batch and ends when all has arrived. */
#include <poll.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "bayeux.h"
#include "http.h"
#include "scenarios.h"
#include "session.h"

static const char channel[] = "/bench/fanout";

struct fanout {
    const struct options *options;
    struct session *subscribers;
    uint64_t *next;          /* sequence number that each subscriber waits for */
    size_t *waiting;         /* indexes of the subscribers that still miss something in this round */
    struct session publisher;
    size_t padding;
    uint64_t published;      /* sequence numbers used */
    uint64_t unacknowledged;
    uint64_t deliveries, lost, doubled, payload_bytes, frames;
    size_t last;             /* the subscriber served last in the round before */
    uint64_t served_ns;      /* asleep: from the publishes to the last deliveries */
    uint64_t served_cpu_ns;  /* of this program meanwhile */
    char *batch;             /* one write: the batch as separate frames */
};

static void subscriber_text(struct session *session, const char *text, size_t length, void *context) {
    struct fanout *run = context;
    uint64_t *next = &run->next[session - run->subscribers];
    const char *at = text, *end = text + length;
    uint64_t sequence;
    size_t count = 0;
    while (next_delivery(&at, end, &sequence)) {
        count++;
        if (sequence < *next) {
            run->doubled++;
            continue;
        }
        run->lost += sequence - *next;
        *next = sequence + 1;
    }
    if (count > 0) {
        run->deliveries += count;
        run->payload_bytes += length;
        run->frames++;
    }
    /* A reply that numbers a batch comes before its messages, other replies behind them. */
    const char *replies = run->options->ack ? text : at;
    if (text_contains(replies, (size_t)(end - replies), "/meta/")) session_replies(run->options, session, text, length);
}

static void publisher_text(struct session *session, const char *text, size_t length, void *context) {
    struct fanout *run = context;
    size_t replies = session_replies(run->options, session, text, length);
    if (replies > run->unacknowledged) die("more replies than messages: %.*s", (int)length, text);
    run->unacknowledged -= replies;
}

static void publish_batch(struct fanout *run, size_t count) {
    char message[65536];
    char *end = run->batch;
    for (size_t i = 0; i < count; i++) {
        char *text_end = append_text(message, "[", 1);
        text_end = append_publish(text_end, channel, run->publisher.client_id, run->published++, run->padding);
        text_end = append_text(text_end, "]", 1);
        end = session_encode(end, message, (size_t)(text_end - message));
    }
    run->unacknowledged += count;
    net_send(&run->publisher.stream, run->batch, (size_t)(end - run->batch), run->options->time_limit);
}

static inline void relax(void) {
#if defined(__x86_64__)
    __asm__ volatile("pause");
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/* Leaves the sockets alone until the message is there for the one that is served last. */
static void wait_for_last(struct fanout *run) {
    struct wait_limit wait = wait_begin(run->options->time_limit);
    while (!session_read(run->options, &run->subscribers[run->last], subscriber_text, run)) {
        for (int i = 0; i < 64; i++) relax();
        if (wait_is_over(&wait)) die("nothing has come for subscriber %zu", run->last);
    }
}

static uint64_t own_cpu_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void sleep_until_readable(const struct fanout *run, const struct session *session) {
    struct pollfd wanted = {.fd = session->stream.fd, .events = POLLIN};
    if (poll(&wanted, 1, (int)(run->options->time_limit * 1000)) != 1) die("nothing has come for a subscriber");
}

/* How many subscribers, the last to have subscribed, are waited for when asleep. */
enum { SENTINELS = 16 };

/* Publishes, and sleeps until all is served. Each event loop of the server serves its subscribers in the order in which
 * they came; the last one of each is among the last few, unless chance has given them all to the same loop. */
static void publish_and_sleep(struct fanout *run) {
    size_t count = run->options->subscribers;
    uint64_t start = now_ns(), cpu = own_cpu_ns();
    publish_batch(run, 1);
    for (size_t i = 0; i < SENTINELS && i < count; i++) sleep_until_readable(run, &run->subscribers[count - 1 - i]);
    sleep_until_readable(run, &run->publisher);
    run->served_ns += now_ns() - start;
    run->served_cpu_ns += own_cpu_ns() - cpu;
    for (size_t i = 0; i < count; i++) {
        struct pollfd wanted = {.fd = run->subscribers[i].stream.fd, .events = POLLIN};
        if (poll(&wanted, 1, 0) != 1) die("subscriber %zu of %zu is served behind the last ones", i, count);
    }
}

/* Returns how long the round has taken, from before the write to the last delivery. */
static uint64_t run_round(struct fanout *run, size_t count) {
    size_t waiting = run->options->subscribers;
    for (size_t i = 0; i < waiting; i++) run->waiting[i] = i;
    uint64_t start = now_ns(), delivered = 0;
    if (run->options->asleep) publish_and_sleep(run);
    else publish_batch(run, count);
    if (run->options->read_afterwards) wait_for_last(run);
    struct wait_limit wait = wait_begin(run->options->time_limit);
    while (waiting > 0 || run->unacknowledged > 0) {
        size_t still = 0;
        bool progress = false;
        for (size_t i = 0; i < waiting; i++) {
            size_t index = run->waiting[i];
            progress |= session_read(run->options, &run->subscribers[index], subscriber_text, run);
            if (run->next[index] >= run->published) continue;
            run->waiting[still++] = run->last = index;
        }
        waiting = still;
        if (waiting == 0 && delivered == 0) delivered = now_ns();
        if (run->unacknowledged > 0) {
            progress |= session_read(run->options, &run->publisher, publisher_text, run);
        }
        if (progress) {
            wait_progressed(&wait);
        } else if (wait_is_over(&wait)) {
            die("nothing has come for %.0f s: %zu of %zu subscribers wait for messages up to %llu "
                "(the first for %llu), %llu publishes are unacknowledged",
                run->options->time_limit, waiting, run->options->subscribers, (unsigned long long)run->published - 1,
                (unsigned long long)run->next[run->waiting[0]], (unsigned long long)run->unacknowledged);
        }
    }
    return delivered - start;
}

/* `["/bench/fanout","/bench/idle/7",...]`: every subscriber takes its share of the idle channels. */
static const char *subscription(const struct options *options, size_t subscriber) {
    if (options->idle_channels == 0) return "\"/bench/fanout\"";
    size_t share = options->idle_channels / options->subscribers + 1;
    char *text = malloc(32 + share * 32), *end = text + sprintf(text, "[\"%s\"", channel);
    for (size_t i = subscriber; i < options->idle_channels; i += options->subscribers) {
        end += sprintf(end, ",\"/bench/idle/%zu\"", i);
    }
    strcpy(end, "]");
    return text;
}

static void open_subscribers(const struct options *options, struct session *subscribers, size_t count) {
    /* Those that are opened together subscribe in any order: the last ones come one after the other. */
    size_t last = options->asleep ? (SENTINELS < count ? SENTINELS : count) : 0;
    struct options one_by_one = *options;
    one_by_one.concurrency = 1;
    struct session_opening opening = {.hold = true};
    if (count > last) sessions_open(options, subscribers, count - last, opening);
    opening.first_index = count - last;
    if (last > 0) sessions_open(&one_by_one, subscribers + count - last, last, opening);
}

int fanout(const struct options *options) {
    size_t count = options->subscribers;
    if (options->idle_channels / count > 2000) die("--idle-channels: at most 2000 per subscriber");
    if (options->asleep && options->batch > 1) die("--asleep is for one message at a time");
    struct fanout run = {.options = options, .padding = padding_for_delivery(channel, options->size)};
    run.subscribers = calloc(count, sizeof *run.subscribers);
    run.next = calloc(count, sizeof *run.next);
    run.waiting = calloc(count, sizeof *run.waiting);
    run.batch = malloc(options->batch * (options->size + CLIENT_ID_MAX + 128));
    net_allow_descriptors(count + 2);
    for (size_t i = 0; i < count; i++) run.subscribers[i].subscription = subscription(options, i);
    open_subscribers(options, run.subscribers, count);
    sessions_open(options, &run.publisher, 1, (struct session_opening){.hold = true, .first_index = count});
    if (options->idle_sessions > 0) {
        static struct http_session idle;
        http_sessions_open(options, &idle, 1, count + 1);
        http_handshakes(options, &idle, options->idle_sessions - 1);
    }

    for (size_t i = 0; i < (size_t)options->warmup; i++) run_round(&run, options->batch);
    if (run.lost + run.doubled > 0) die("warm-up: %llu lost, %llu doubled or late", (unsigned long long)run.lost,
                                        (unsigned long long)run.doubled);
    run.deliveries = run.payload_bytes = run.frames = run.served_ns = run.served_cpu_ns = 0;

    static struct histogram latency;
    uint64_t expected = (uint64_t)count * options->messages;
    struct cpu_meter meter;
    meter_begin(&meter, options->server_pid, expected);
    for (size_t done = 0; done < options->messages; done += options->batch) {
        size_t left = options->messages - done, batch = left < options->batch ? left : options->batch;
        histogram_add(&latency, run_round(&run, batch));
        meter_add(&meter, batch * count);
    }
    meter_end(&meter);

    /* What comes now has come twice. */
    usleep(20000);
    for (size_t i = 0; i < count; i++) session_read(options, &run.subscribers[i], subscriber_text, &run);

    report_integer("subscribers", count);
    report_integer("messages_per_flush", options->batch);
    report_integer("deliveries", run.deliveries);
    report_integer("lost", run.lost);
    report_integer("doubled_or_late", run.doubled);
    report_number("payload_bytes_per_delivery", (double)run.payload_bytes / (double)run.deliveries, 1);
    report_number("deliveries_per_frame", (double)run.deliveries / (double)run.frames, 2);
    if (options->asleep) {
        report_number("deliveries_per_serving_second", (double)run.deliveries * 1e9 / (double)run.served_ns, 0);
        report_number("generator_cpu_percent_meanwhile", 100 * (double)run.served_cpu_ns / (double)run.served_ns, 2);
    }
    report_meter("delivery", &meter);
    report_latency("round", &latency);
    return run.lost + run.doubled > 0 || run.deliveries != expected;
}
