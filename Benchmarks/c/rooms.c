/* The benchmark of CometD's reference book: clients in rooms, a random client publishes a batch to random rooms at
 * a fixed rate. Latency counts from the time a batch was due, so a late generator or server cannot hide its delay.
 * The only scenario that waits with epoll: generator and server share the machine's cores. */
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "bayeux.h"
#include "scenarios.h"
#include "session.h"

struct rooms {
    const struct options *options;
    struct session *clients;
    uint32_t *members;       /* of each room */
    uint64_t *due_ns;        /* of each published message */
    uint8_t *delivered;      /* one bit for each message and client */
    uint64_t messages;       /* published so far */
    uint64_t total_messages; /* to be published, the warm-up's included */
    uint64_t warmup_messages;
    uint64_t expected, deliveries, doubled, replies;
    uint64_t measured_expected;
    size_t padding;
    uint64_t received_ns;
    struct histogram latency, lateness;
};

static char *channel_of(char *out, size_t room) {
    sprintf(out, "/bench/room/%zu", room);
    return out;
}

static uint32_t random_below(unsigned *seed, size_t limit) {
    return (uint32_t)(((uint64_t)(unsigned)rand_r(seed) * limit) / ((uint64_t)RAND_MAX + 1));
}

/* Puts every client into its rooms, and writes that down as its subscription. */
static void choose_rooms(struct rooms *run, unsigned *seed) {
    const struct options *o = run->options;
    uint32_t *all = malloc(o->rooms * sizeof *all);
    char channel[64];
    for (size_t i = 0; i < o->rooms; i++) all[i] = (uint32_t)i;
    for (size_t client = 0; client < o->clients; client++) {
        char *text = malloc(8 + o->rooms_per_client * 40), *end = text;
        for (size_t i = 0; i < o->rooms_per_client; i++) {
            size_t other = i + random_below(seed, o->rooms - i);
            uint32_t room = all[other];
            all[other] = all[i];
            all[i] = room;
            run->members[room]++;
            end += sprintf(end, "%c\"%s\"", i == 0 ? '[' : ',', channel_of(channel, room));
        }
        strcpy(end, "]");
        run->clients[client].subscription = text;
    }
    free(all);
}

static void client_text(struct session *session, const char *text, size_t length, void *context) {
    struct rooms *run = context;
    const char *at = text, *end = text + length;
    uint64_t sequence;
    while (next_delivery(&at, end, &sequence)) {
        if (sequence >= run->messages) die("message %llu was never sent", (unsigned long long)sequence);
        uint64_t bit = sequence * run->options->clients + (uint64_t)(session - run->clients);
        if (run->delivered[bit / 8] & (1 << (bit % 8))) {
            run->doubled++;
            continue;
        }
        run->delivered[bit / 8] |= (uint8_t)(1 << (bit % 8));
        run->deliveries++;
        if (sequence < run->warmup_messages) continue;
        histogram_add(&run->latency, run->received_ns - run->due_ns[sequence]);
    }
    if (at == text || text_contains(at, (size_t)(end - at), "\"successful\"")) {
        run->replies += session_replies(run->options, session, text, length);
    }
}

static void publish_batch(struct rooms *run, uint64_t due, unsigned *seed) {
    static char text[65536];
    char channel[64], *end = text;
    struct session *publisher = &run->clients[random_below(seed, run->options->clients)];
    *end++ = '[';
    for (size_t i = 0; i < run->options->batch && run->messages < run->total_messages; i++) {
        size_t room = random_below(seed, run->options->rooms);
        if (i > 0) *end++ = ',';
        run->due_ns[run->messages] = due;
        run->expected += run->members[room];
        if (run->messages >= run->warmup_messages) run->measured_expected += run->members[room];
        end = append_publish(end, channel_of(channel, room), publisher->client_id, run->messages++, run->padding);
    }
    *end++ = ']';
    session_send(run->options, publisher, text, (size_t)(end - text));
    if (run->messages > run->warmup_messages) histogram_add(&run->lateness, now_ns() - due);
}

static void read_ready(struct rooms *run, int poller, uint64_t until_ns) {
    struct epoll_event events[256];
    uint64_t now = now_ns(), left = until_ns > now ? until_ns - now : 0;
    struct timespec timeout = {.tv_sec = (time_t)(left / 1000000000u), .tv_nsec = (long)(left % 1000000000u)};
    int count = epoll_pwait2(poller, events, 256, &timeout, NULL);
    for (int i = 0; i < count; i++) {
        run->received_ns = now_ns();
        session_read(run->options, &run->clients[events[i].data.u32], client_text, run);
    }
}

static int watch(const struct rooms *run) {
    int poller = epoll_create1(EPOLL_CLOEXEC);
    if (poller < 0) die("no epoll");
    for (size_t i = 0; i < run->options->clients; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
        if (epoll_ctl(poller, EPOLL_CTL_ADD, run->clients[i].stream.fd, &event) != 0) die("no epoll");
    }
    return poller;
}

static void report(struct rooms *run, const struct cpu_meter *server, const struct cpu_meter *self,
                   double publishing_seconds) {
    report_integer("clients", run->options->clients);
    report_integer("rooms", run->options->rooms);
    report_integer("publishes", run->total_messages - run->warmup_messages);
    report_integer("deliveries_measured", run->latency.count);
    report_integer("lost", run->expected - run->deliveries);
    report_integer("doubled", run->doubled);
    report_integer("unacknowledged", run->total_messages - run->replies);
    report_number("deliveries_per_publishing_second", (double)run->measured_expected / publishing_seconds, 0);
    report_latency("latency", &run->latency);
    report_latency("send_lateness", &run->lateness);
    report_meter("delivery", server);
    report_number("generator_cpu_percent_of_wall",
                  (double)(self->last.cpu_ns - self->first.cpu_ns) / 1e7 / meter_wall_seconds(self), 1);
}

int rooms(const struct options *o) {
    if (o->rooms_per_client > o->rooms) die("--rooms-per-client is more than --rooms");
    if (o->batch * (o->size + CLIENT_ID_MAX + 128) > 65536) die("--batch-size times --size is too much for a frame");
    size_t least = strlen(DATA_WITHOUT_PADDING);
    if (o->size < least) die("--size must be %zu at least", least);
    double members = (double)o->clients * (double)o->rooms_per_client / (double)o->rooms;
    double rate = o->rate > 0 ? o->rate : 100000 / members;
    double interval_ns = (double)o->batch * 1e9 / rate;

    static struct rooms run;
    run.options = o;
    run.padding = o->size - least;
    run.warmup_messages = (uint64_t)(o->warmup * rate) / o->batch * o->batch;
    run.total_messages = run.warmup_messages + (uint64_t)(o->duration * rate);
    run.clients = calloc(o->clients, sizeof *run.clients);
    run.members = calloc(o->rooms, sizeof *run.members);
    run.due_ns = calloc(run.total_messages, sizeof *run.due_ns);
    run.delivered = calloc((run.total_messages * o->clients) / 8 + 1, 1);
    if (run.delivered == NULL || run.due_ns == NULL) die("out of memory");
    unsigned seed = o->seed;
    choose_rooms(&run, &seed);
    net_allow_descriptors(o->clients + 1);
    sessions_open(o, run.clients, o->clients, (struct session_opening){.hold = true});

    int poller = watch(&run);
    struct cpu_meter server = {0}, self = {0};
    uint64_t start = now_ns() + 100000000, batches = 0, measured_from = 0;
    while (run.messages < run.total_messages) {
        uint64_t due = start + (uint64_t)((double)batches * interval_ns);
        if (now_ns() < due) {
            read_ready(&run, poller, due);
            continue;
        }
        if (measured_from == 0 && run.messages >= run.warmup_messages) {
            server = (struct cpu_meter){.pid = o->server_pid, .first = cpu_now(o->server_pid)}; /* without a pause */
            self = (struct cpu_meter){.pid = getpid(), .first = cpu_now(getpid())};
            measured_from = due;
        }
        publish_batch(&run, due, &seed);
        batches++;
        read_ready(&run, poller, 0);
    }
    uint64_t measured_to = start + (uint64_t)((double)batches * interval_ns);

    uint64_t seen = run.deliveries + run.replies;
    struct wait_limit wait = wait_begin(o->time_limit);
    while (run.deliveries < run.expected || run.replies < run.total_messages) {
        read_ready(&run, poller, now_ns() + 10000000);
        if (run.deliveries + run.replies != seen) wait_progressed(&wait);
        else if (wait_is_over(&wait)) break; /* what is missing is lost, and reported as such */
        seen = run.deliveries + run.replies;
    }
    meter_add(&server, run.measured_expected);
    meter_end(&server);
    meter_end(&self);
    for (uint64_t until = now_ns() + 100000000; now_ns() < until;) read_ready(&run, poller, until);

    report(&run, &server, &self, (double)(measured_to - measured_from) / 1e9);
    return run.deliveries != run.expected || run.doubled > 0 || run.replies != run.total_messages;
}
