/* New WebSockets: TCP, upgrade, handshake and the first connect of each; with --close also disconnect and close. */
#include <stdlib.h>

#include "scenarios.h"
#include "session.h"

int churn(const struct options *options) {
    size_t warm = (size_t)options->warmup, count = options->sessions;
    struct session *sessions = calloc(warm + count, sizeof *sessions);
    net_allow_descriptors(options->close ? options->concurrency : warm + count);
    if (warm > 0) sessions_open(options, sessions, warm, (struct session_opening){.close = options->close});

    static struct histogram latency;
    struct cpu_meter meter;
    meter_begin(&meter, options->server_pid, 0);
    sessions_open(options, sessions + warm, count, (struct session_opening){
        .close = options->close, .latency = &latency, .first_index = warm});
    meter_add(&meter, count);
    meter_end(&meter);
    if (!options->close) sessions_expect_silence(sessions, warm + count);

    report_integer("sessions", count);
    report_integer("concurrency", options->concurrency);
    report_meter("session", &meter);
    report_latency("ready", &latency);
    return 0;
}
