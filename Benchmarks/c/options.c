#include "options.h"

#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stats.h"

static const char usage[] =
    "usage: loadgen SCENARIO --port P [options]\n"
    "\n"
    "  every scenario:  --host 127.0.0.1  --path /cometd  --server-pid PID  --pin CPU  --json\n"
    "                   --time-limit 20   seconds a wait may last without progress\n"
    "                   --concurrency 64  sessions being opened at a time\n"
    "  fanout           --subscribers 1000 --size 150 --messages 1000 --batch 1 --warmup 50 (rounds)\n"
    "                   --idle-channels 0    subscribed to as well, shared out among the subscribers\n"
    "                   --idle-sessions 0    made over long-polling, which have no connection\n"
    "                   --read-afterwards    leave the sockets alone while the server writes\n"
    "                   --asleep             the same, and sleep meanwhile: what the server does with all cores\n"
    "                   --ack                acknowledge messages, by CometD's extension\n"
    "  rooms            --clients 1000 --rooms 100 --rooms-per-client 10 --size 50 --batch-size 10\n"
    "                   --rate R (publishes/s; default: what makes 100,000 deliveries/s)\n"
    "                   --duration 10 --warmup 2 (seconds) --seed 1\n"
    "  longpoll         --connections 64 --requests 100000 --warmup 2000 (requests) [--publish --size 150]\n"
    "  idle             --sessions 5000 --warmup 500 (sessions) --hold 2 (seconds) [--longpoll]\n"
    "  churn            --sessions 5000 --warmup 200 (sessions) --concurrency 64 [--close]\n"
    "  publish          --messages 500000 --window 64 --size 150 --warmup 2000 (messages)\n";

void options_usage(int status) {
    fputs(usage, status == 0 ? stdout : stderr);
    exit(status);
}

static double number(const char *name, const char *text, double least) {
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end != 0 || !(value >= least) || !isfinite(value)) {
        die("--%s %s: not a usable number", name, text);
    }
    return value;
}

struct options options_parse(const char *scenario, int argc, char **argv) {
    struct options o = {
        .host = "127.0.0.1", .path = "/cometd", .pin = -1, .time_limit = 20,
        .subscribers = 1000, .messages = 1000, .batch = 1, .size = 150,
        .clients = 1000, .rooms = 100, .rooms_per_client = 10, .duration = 10, .seed = 1,
        .sessions = 5000, .connections = 64, .requests = 100000, .concurrency = 64, .window = 64, .hold = 2,
    };
    if (strcmp(scenario, "fanout") == 0) o.warmup = 50;
    if (strcmp(scenario, "rooms") == 0) o.warmup = 2, o.size = 50, o.batch = 10;
    if (strcmp(scenario, "longpoll") == 0) o.warmup = 2000;
    if (strcmp(scenario, "idle") == 0) o.warmup = 500;
    if (strcmp(scenario, "churn") == 0) o.warmup = 200;
    if (strcmp(scenario, "publish") == 0) o.warmup = 2000, o.messages = 500000;

    enum { HOST = 1, PORT, PATH, PID, PIN, JSON, LIMIT, SUBSCRIBERS, MESSAGES, BATCH, SIZE, IDLE_CHANNELS, IDLE_SESSIONS, CLIENTS,
           ROOMS, PER_CLIENT, RATE, DURATION, SEED, SESSIONS, CONNECTIONS, REQUESTS, CONCURRENCY, WINDOW, HOLD,
           WARMUP, READ_AFTERWARDS, ASLEEP, ACK, PUBLISH, LONG_POLLING, CLOSE, HELP };
    static const struct option known[] = {
        {"host", required_argument, NULL, HOST},
        {"port", required_argument, NULL, PORT},
        {"path", required_argument, NULL, PATH},
        {"server-pid", required_argument, NULL, PID},
        {"pin", required_argument, NULL, PIN},
        {"json", no_argument, NULL, JSON},
        {"time-limit", required_argument, NULL, LIMIT},
        {"subscribers", required_argument, NULL, SUBSCRIBERS},
        {"messages", required_argument, NULL, MESSAGES},
        {"batch", required_argument, NULL, BATCH},
        {"batch-size", required_argument, NULL, BATCH},
        {"size", required_argument, NULL, SIZE},
        {"idle-channels", required_argument, NULL, IDLE_CHANNELS},
        {"idle-sessions", required_argument, NULL, IDLE_SESSIONS},
        {"clients", required_argument, NULL, CLIENTS},
        {"rooms", required_argument, NULL, ROOMS},
        {"rooms-per-client", required_argument, NULL, PER_CLIENT},
        {"rate", required_argument, NULL, RATE},
        {"duration", required_argument, NULL, DURATION},
        {"seed", required_argument, NULL, SEED},
        {"sessions", required_argument, NULL, SESSIONS},
        {"connections", required_argument, NULL, CONNECTIONS},
        {"requests", required_argument, NULL, REQUESTS},
        {"concurrency", required_argument, NULL, CONCURRENCY},
        {"window", required_argument, NULL, WINDOW},
        {"hold", required_argument, NULL, HOLD},
        {"warmup", required_argument, NULL, WARMUP},
        {"read-afterwards", no_argument, NULL, READ_AFTERWARDS},
        {"asleep", no_argument, NULL, ASLEEP},
        {"ack", no_argument, NULL, ACK},
        {"publish", no_argument, NULL, PUBLISH},
        {"longpoll", no_argument, NULL, LONG_POLLING},
        {"close", no_argument, NULL, CLOSE},
        {"help", no_argument, NULL, HELP},
        {0},
    };
    int choice, at = 0;
    while ((choice = getopt_long(argc, argv, "", known, &at)) != -1) {
        const char *name = choice == '?' ? "" : known[at].name;
        switch (choice) {
        case HOST: o.host = optarg; break;
        case PORT: o.port = (int)number(name, optarg, 1); break;
        case PATH: o.path = optarg; break;
        case PID: o.server_pid = (pid_t)number(name, optarg, 1); break;
        case PIN: o.pin = (int)number(name, optarg, 0); break;
        case JSON: o.json = true; break;
        case LIMIT: o.time_limit = number(name, optarg, 0.001); break;
        case SUBSCRIBERS: o.subscribers = (size_t)number(name, optarg, 1); break;
        case MESSAGES: o.messages = (size_t)number(name, optarg, 1); break;
        case BATCH: o.batch = (size_t)number(name, optarg, 1); break;
        case SIZE: o.size = (size_t)number(name, optarg, 1); break;
        case IDLE_CHANNELS: o.idle_channels = (size_t)number(name, optarg, 0); break;
        case IDLE_SESSIONS: o.idle_sessions = (size_t)number(name, optarg, 0); break;
        case CLIENTS: o.clients = (size_t)number(name, optarg, 1); break;
        case ROOMS: o.rooms = (size_t)number(name, optarg, 1); break;
        case PER_CLIENT: o.rooms_per_client = (size_t)number(name, optarg, 1); break;
        case RATE: o.rate = number(name, optarg, 0.001); break;
        case DURATION: o.duration = number(name, optarg, 0.001); break;
        case SEED: o.seed = (unsigned)number(name, optarg, 0); break;
        case SESSIONS: o.sessions = (size_t)number(name, optarg, 1); break;
        case CONNECTIONS: o.connections = (size_t)number(name, optarg, 1); break;
        case REQUESTS: o.requests = (size_t)number(name, optarg, 1); break;
        case CONCURRENCY: o.concurrency = (size_t)number(name, optarg, 1); break;
        case WINDOW: o.window = (size_t)number(name, optarg, 1); break;
        case HOLD: o.hold = number(name, optarg, 0); break;
        case WARMUP: o.warmup = number(name, optarg, 0); break;
        case READ_AFTERWARDS: o.read_afterwards = true; break;
        case ASLEEP: o.asleep = true; break;
        case ACK: o.ack = true; break;
        case PUBLISH: o.publish = true; break;
        case LONG_POLLING: o.long_polling = true; break;
        case CLOSE: o.close = true; break;
        case HELP: options_usage(0);
        default: options_usage(2);
        }
    }
    if (optind < argc) die("what is \"%s\"?", argv[optind]);
    if (o.port == 0 || o.port > 65535) die("--port is missing or no port");
    return o;
}
