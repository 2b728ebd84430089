#ifndef BENCH_OPTIONS_H
#define BENCH_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Every option of every scenario; a scenario reads those it knows. */
struct options {
    const char *host;
    int port;
    const char *path;
    pid_t server_pid;  /* 0: report no server CPU */
    int pin;           /* CPU to run on; -1: leave it */
    bool json;
    double time_limit; /* seconds a wait may last without progress */

    size_t subscribers;
    size_t messages;
    size_t batch;
    size_t size;
    size_t idle_channels;
    size_t idle_sessions;
    bool read_afterwards;
    bool asleep;
    bool ack;          /* subscribers acknowledge what they get, by CometD's extension */

    size_t clients;
    size_t rooms;
    size_t rooms_per_client;
    double rate;
    double duration;
    unsigned seed;

    size_t sessions;
    size_t connections;
    size_t requests;
    size_t concurrency;
    size_t window;
    double hold;
    double warmup;     /* rounds, requests, sessions or seconds: see usage */
    bool publish;
    bool long_polling;
    bool close;
};

/* Reads the command line after the scenario's name. Dies on anything it does not know. */
struct options options_parse(const char *scenario, int argc, char **argv);
_Noreturn void options_usage(int status);

#endif
