/* Time, the server's CPU and memory as the kernel tells them, histograms, and the report. */
#ifndef BENCH_STATS_H
#define BENCH_STATS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Prints the message to stderr and ends the process with status 1. */
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Monotonic time in nanoseconds. */
uint64_t now_ns(void);

/* A wait that must not last for ever. Every bit of progress starts the limit anew. */
struct wait_limit {
    uint64_t limit_ns;
    uint64_t deadline;
};
struct wait_limit wait_begin(double seconds);
void wait_progressed(struct wait_limit *wait);
/* True when nothing has progressed for the whole limit. */
bool wait_is_over(const struct wait_limit *wait);

/* What a process has used up to one moment. */
struct cpu_sample {
    uint64_t wall_ns;
    uint64_t cpu_ns;     /* clock of the process, nanoseconds */
    uint64_t user_ticks; /* /proc/PID/stat, only for the split */
    uint64_t system_ticks;
};
/* `pid` 0 leaves the CPU fields at 0. */
struct cpu_sample cpu_now(pid_t pid);

/* The server's CPU over a measured section, as a whole and in blocks of about equal numbers of items. On a shared
 * machine the best block is what repeats; the median block shows what the best one hides.
 *
 * The kernel brings the CPU clock of another process up to date at its timer tick and when the process goes to
 * sleep, so every sample needs a server that has nothing to do: it is taken after a short pause. */
struct cpu_meter {
    pid_t pid;
    struct cpu_sample first, block_start, last;
    uint64_t items, block_items, items_per_block;
    uint64_t paused_ns;
    unsigned block_count;
    double blocks[128]; /* nanoseconds per item */
};
enum { METER_BLOCKS = 20 };
/* Starts the section; `expected_items` are split into METER_BLOCKS blocks of 5 ms at least, 0 means no blocks. */
void meter_begin(struct cpu_meter *meter, pid_t pid, uint64_t expected_items);
/* Call it when nothing is outstanding. */
void meter_add(struct cpu_meter *meter, uint64_t items);
void meter_end(struct cpu_meter *meter);
double meter_wall_seconds(const struct cpu_meter *meter);

/* Memory of a process in bytes, from /proc/PID/smaps_rollup. */
struct memory_sample {
    uint64_t rss;
    uint64_t private_bytes; /* Private_Clean + Private_Dirty */
    uint64_t anonymous;     /* heap and stacks: what a session takes */
};
struct memory_sample memory_now(pid_t pid);

/* Log-linear histogram of nanoseconds: exact below 128, within 0.8 % above. */
struct histogram {
    uint64_t count;
    uint64_t max;
    uint64_t buckets[58 * 128];
};
void histogram_add(struct histogram *histogram, uint64_t value);
/* The value that `percent` per cent of the samples do not exceed, in nanoseconds. */
uint64_t histogram_percentile(const struct histogram *histogram, double percent);

/* A report is a list of named figures, printed at the end as text or as one line of JSON. */
void report_begin(const char *scenario, bool json);
void report_number(const char *name, double value, int decimals);
void report_integer(const char *name, uint64_t value);
/* p50, p99, p99.9 and max in microseconds, as `prefix`_p50_us and so on. */
void report_latency(const char *prefix, const struct histogram *histogram);
/* Wall time; the server's CPU per item: whole, median block, best block; its split, and share of the wall time. */
void report_meter(const char *item, const struct cpu_meter *meter);
void report_end(void);

#endif
