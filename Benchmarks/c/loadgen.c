/* Load generator for any Bayeux server with a WebSocket endpoint. One file a scenario. */
#include "scenarios.h"

#include <string.h>

#include "net.h"
#include "stats.h"

int main(int argc, char **argv) {
    static const struct {
        const char *name;
        int (*run)(const struct options *options);
    } scenarios[] = {
        {"fanout", fanout}, {"rooms", rooms},   {"longpoll", longpoll},
        {"idle", idle},     {"churn", churn},   {"publish", publish},
    };
    if (argc < 2) options_usage(2);
    if (strcmp(argv[1], "--help") == 0) options_usage(0);
    for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++) {
        if (strcmp(argv[1], scenarios[i].name) != 0) continue;
        struct options options = options_parse(argv[1], argc - 1, argv + 1);
        if (options.pin >= 0) net_pin(options.pin);
        report_begin(argv[1], options.json);
        int status = scenarios[i].run(&options);
        report_end();
        return status;
    }
    options_usage(2);
}
