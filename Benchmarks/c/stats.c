#include "stats.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void die(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "loadgen: ");
    vfprintf(stderr, format, arguments);
    fprintf(stderr, "\n");
    va_end(arguments);
    exit(1);
}

uint64_t now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

struct wait_limit wait_begin(double seconds) {
    uint64_t limit_ns = (uint64_t)(seconds * 1e9);
    return (struct wait_limit){.limit_ns = limit_ns, .deadline = now_ns() + limit_ns};
}

void wait_progressed(struct wait_limit *wait) { wait->deadline = now_ns() + wait->limit_ns; }

bool wait_is_over(const struct wait_limit *wait) { return now_ns() > wait->deadline; }

struct cpu_sample cpu_now(pid_t pid) {
    struct cpu_sample sample = {0};
    if (pid != 0) {
        clockid_t clock;
        struct timespec time;
        if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &time) != 0) {
            die("no CPU clock for process %d: is the server running?", (int)pid);
        }
        sample.cpu_ns = (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;

        char path[64], line[1024];
        snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
        FILE *file = fopen(path, "r");
        if (file == NULL || fgets(line, sizeof line, file) == NULL) die("cannot read %s", path);
        fclose(file);
        /* The command name may hold anything; the fields start after its closing parenthesis. */
        const char *fields = strrchr(line, ')');
        unsigned long user = 0, system = 0;
        if (fields == NULL ||
            sscanf(fields + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system) != 2) {
            die("cannot understand %s", path);
        }
        sample.user_ticks = user;
        sample.system_ticks = system;
    }
    sample.wall_ns = now_ns();
    return sample;
}

static struct cpu_sample sample_at_rest(struct cpu_meter *meter) {
    uint64_t start = now_ns();
    usleep(200);
    meter->paused_ns += now_ns() - start;
    return cpu_now(meter->pid);
}

void meter_begin(struct cpu_meter *meter, pid_t pid, uint64_t expected_items) {
    *meter = (struct cpu_meter){.pid = pid};
    meter->items_per_block = expected_items == 0 ? UINT64_MAX : expected_items / METER_BLOCKS;
    meter->first = meter->block_start = sample_at_rest(meter);
    meter->paused_ns = 0;
}

void meter_add(struct cpu_meter *meter, uint64_t items) {
    meter->items += items;
    meter->block_items += items;
    if (meter->pid == 0 || meter->block_items < meter->items_per_block || meter->block_count == 128) return;
    if (now_ns() - meter->block_start.wall_ns < 5000000) return;
    struct cpu_sample now = sample_at_rest(meter);
    meter->blocks[meter->block_count++] =
        (double)(now.cpu_ns - meter->block_start.cpu_ns) / (double)meter->block_items;
    meter->block_start = now;
    meter->block_items = 0;
}

static int compare_doubles(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

void meter_end(struct cpu_meter *meter) {
    meter->last = sample_at_rest(meter);
    qsort(meter->blocks, meter->block_count, sizeof meter->blocks[0], compare_doubles);
}

double meter_wall_seconds(const struct cpu_meter *meter) {
    return (double)(meter->last.wall_ns - meter->first.wall_ns - meter->paused_ns) / 1e9;
}

struct memory_sample memory_now(pid_t pid) {
    char path[64], line[256];
    snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)pid);
    FILE *file = fopen(path, "r");
    if (file == NULL) die("cannot open %s: %s", path, strerror(errno));
    struct memory_sample sample = {0};
    while (fgets(line, sizeof line, file) != NULL) {
        unsigned long kilobytes;
        if (sscanf(line, "Rss: %lu", &kilobytes) == 1) sample.rss = kilobytes * 1024;
        if (sscanf(line, "Private_Clean: %lu", &kilobytes) == 1) sample.private_bytes += kilobytes * 1024;
        if (sscanf(line, "Private_Dirty: %lu", &kilobytes) == 1) sample.private_bytes += kilobytes * 1024;
        if (sscanf(line, "Anonymous: %lu", &kilobytes) == 1) sample.anonymous = kilobytes * 1024;
    }
    fclose(file);
    return sample;
}

void histogram_add(struct histogram *histogram, uint64_t value) {
    unsigned index = (unsigned)value;
    if (value >= 128) {
        unsigned exponent = 63 - (unsigned)__builtin_clzll(value);
        index = (exponent - 6) * 128 + (unsigned)((value >> (exponent - 7)) & 127);
    }
    histogram->buckets[index]++;
    histogram->count++;
    if (value > histogram->max) histogram->max = value;
}

uint64_t histogram_percentile(const struct histogram *histogram, double percent) {
    uint64_t wanted = (uint64_t)((double)histogram->count * percent / 100.0 + 0.5);
    if (wanted == 0) wanted = 1;
    uint64_t seen = 0;
    for (unsigned index = 0; index < sizeof histogram->buckets / sizeof histogram->buckets[0]; index++) {
        seen += histogram->buckets[index];
        if (seen < wanted) continue;
        if (index < 128) return index;
        unsigned exponent = index / 128 + 6;
        uint64_t top = (((uint64_t)(index % 128) + 129) << (exponent - 7)) - 1; /* upper end of the bucket */
        return top < histogram->max ? top : histogram->max;
    }
    return histogram->max;
}

enum { REPORT_MAX = 64 };
static struct {
    const char *scenario;
    bool json;
    unsigned count;
    struct {
        char name[64];
        char value[64];
    } lines[REPORT_MAX];
} figures;

void report_begin(const char *scenario, bool json) {
    figures.scenario = scenario;
    figures.json = json;
    figures.count = 0;
}

void report_number(const char *name, double value, int decimals) {
    if (figures.count == REPORT_MAX) die("report is full");
    snprintf(figures.lines[figures.count].name, sizeof figures.lines[0].name, "%s", name);
    snprintf(figures.lines[figures.count].value, sizeof figures.lines[0].value, "%.*f", decimals, value);
    figures.count++;
}

void report_integer(const char *name, uint64_t value) { report_number(name, (double)value, 0); }

void report_latency(const char *prefix, const struct histogram *histogram) {
    static const struct {
        const char *name;
        double percent;
    } points[] = {{"p50", 50}, {"p99", 99}, {"p999", 99.9}};
    char name[64];
    for (unsigned i = 0; i < sizeof points / sizeof points[0]; i++) {
        snprintf(name, sizeof name, "%s_%s_us", prefix, points[i].name);
        report_number(name, (double)histogram_percentile(histogram, points[i].percent) / 1e3, 1);
    }
    snprintf(name, sizeof name, "%s_max_us", prefix);
    report_number(name, (double)histogram->max / 1e3, 1);
}

void report_meter(const char *item, const struct cpu_meter *meter) {
    double seconds = meter_wall_seconds(meter);
    char name[64];
    report_number("wall_seconds", seconds, 4);
    snprintf(name, sizeof name, "%s_per_second", item);
    report_number(name, (double)meter->items / seconds, 0);
    if (meter->pid == 0 || meter->items == 0) return;
    double cpu = (double)(meter->last.cpu_ns - meter->first.cpu_ns);
    double user = (double)(meter->last.user_ticks - meter->first.user_ticks);
    double system = (double)(meter->last.system_ticks - meter->first.system_ticks);
    snprintf(name, sizeof name, "server_cpu_ns_per_%s", item);
    report_number(name, cpu / (double)meter->items, 1);
    if (meter->block_count > 0) {
        snprintf(name, sizeof name, "server_cpu_ns_per_%s_median", item);
        report_number(name, meter->blocks[meter->block_count / 2], 1);
        snprintf(name, sizeof name, "server_cpu_ns_per_%s_best", item);
        report_number(name, meter->blocks[0], 1);
    }
    snprintf(name, sizeof name, "%s_per_server_cpu_second", item);
    report_number(name, cpu > 0 ? (double)meter->items / (cpu / 1e9) : 0, 0);
    report_number("server_cpu_seconds", cpu / 1e9, 4);
    report_number("server_cpu_percent_of_wall", cpu / 1e7 / seconds, 1);
    if (user + system > 0) report_number("server_cpu_percent_system", 100 * system / (user + system), 1);
}

void report_end(void) {
    if (figures.json) printf("{\"scenario\":\"%s\"", figures.scenario);
    else printf("%s\n", figures.scenario);
    for (unsigned i = 0; i < figures.count; i++) {
        printf(figures.json ? ",\"%s\":%s" : "  %-36s %s\n", figures.lines[i].name, figures.lines[i].value);
    }
    if (figures.json) printf("}\n");
    fflush(stdout);
}
