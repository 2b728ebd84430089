#ifndef BENCH_SCENARIOS_H
#define BENCH_SCENARIOS_H

#include "options.h"

/* Each fills the report and returns the exit status: 1 when messages were lost, doubled or out of order. */
int fanout(const struct options *options);
int rooms(const struct options *options);
int longpoll(const struct options *options);
int idle(const struct options *options);
int churn(const struct options *options);
int publish(const struct options *options);

#endif
