/* Bayeux by substring search: enough for loadgen, and no more. */
#include "reference.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define APPEND(output, literal) output_append(output, literal, sizeof(literal) - 1)

static struct channel *buckets[1 << 16];
static struct channel **pending;
static size_t pending_count, pending_capacity;

static struct channel *find_channel(const char *name, size_t length, bool create) {
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < length; i++) hash = (hash ^ (unsigned char)name[i]) * 16777619u;
    struct channel **bucket = &buckets[(hash ^ hash >> 16) & 0xFFFF];
    for (struct channel *channel = *bucket; channel != NULL; channel = channel->next) {
        if (strncmp(channel->name, name, length) == 0 && channel->name[length] == 0) return channel;
    }
    if (!create) return NULL;
    struct channel *channel = calloc(1, sizeof *channel + length + 1);
    memcpy(channel->name, name, length);
    channel->next = *bucket;
    return *bucket = channel;
}

static void subscribe(int descriptor, const char *name, size_t length) {
    struct channel *channel = find_channel(name, length, true);
    if (channel->count == channel->capacity) {
        channel->capacity = channel->capacity == 0 ? 1 : channel->capacity * 2;
        channel->subscribers = realloc(channel->subscribers, channel->capacity * sizeof(int));
    }
    channel->subscribers[channel->count++] = descriptor;
}

void bayeux_forget(struct connection *connection, int descriptor) {
    if (!connection->subscribed) return;
    for (size_t bucket = 0; bucket < sizeof buckets / sizeof buckets[0]; bucket++) {
        for (struct channel *channel = buckets[bucket]; channel != NULL; channel = channel->next) {
            for (size_t i = 0; i < channel->count; i++) {
                if (channel->subscribers[i] != descriptor) continue;
                channel->subscribers[i--] = channel->subscribers[--channel->count];
            }
        }
    }
}

struct channel *bayeux_next_pending(void) { return pending_count == 0 ? NULL : pending[--pending_count]; }

/* The string after `key`, NULL when there is none. */
static const char *string_after(const char *text, size_t length, const char *key, size_t *value_length) {
    const char *found = memmem(text, length, key, strlen(key));
    if (found == NULL) return NULL;
    found += strlen(key);
    const char *end = memchr(found, '"', length - (size_t)(found - text));
    if (end == NULL) return NULL;
    *value_length = (size_t)(end - found);
    return found;
}

/* The one place on the path of a delivery: the frame is made once for all subscribers. The generator's
 * messages end with `"id"` and `"clientId"`; the delivered message is what stands before them. */
static void publish(const char *name, size_t name_length, const char *message, size_t length) {
    struct channel *channel = find_channel(name, name_length, false);
    if (channel == NULL || channel->count == 0) return;
    const char *id = memmem(message, length, ",\"id\":\"", 7);
    if (id == NULL) return;
    size_t kept = (size_t)(id - message);
    if (channel->pending == NULL) channel->pending = malloc(PENDING_MAX);
    if (channel->pending_length == 0) {
        if (pending_count == pending_capacity) {
            pending_capacity = pending_capacity == 0 ? 64 : pending_capacity * 2;
            pending = realloc(pending, pending_capacity * sizeof *pending);
        }
        pending[pending_count++] = channel;
    }
    struct output frame = {channel->pending + channel->pending_length, channel->pending + PENDING_MAX};
    append_frame_head(&frame, kept + 3);
    APPEND(&frame, "[");
    output_append(&frame, message, kept);
    APPEND(&frame, "}]");
    channel->pending_length = (size_t)(frame.at - channel->pending);
}

static void subscribe_all(int descriptor, const char *text, size_t length) {
    const char *at = memmem(text, length, "\"subscription\":", 15), *end = text + length;
    if (at == NULL) return;
    at += 15;
    bool array = *at == '[';
    at += array;
    while (at < end && *at == '"') {
        const char *close = memchr(at + 1, '"', (size_t)(end - at - 1));
        if (close == NULL) return;
        subscribe(descriptor, at + 1, (size_t)(close - at - 1));
        at = close + 1;
        if (!array || at >= end || *at != ',') return;
        at++;
    }
}

static void begin_reply(struct output *replies, bool *first) {
    if (*first) APPEND(replies, "[");
    else APPEND(replies, ",");
    *first = false;
}

static void process_message(struct connection *connection, int descriptor, const char *text, size_t length,
                            struct output *replies, bool *first) {
    size_t channel_length, id_length;
    const char *channel = string_after(text, length, "\"channel\":\"", &channel_length);
    const char *id = string_after(text, length, "\"id\":\"", &id_length);
    if (channel == NULL) return;
    bool meta = channel_length > 6 && memcmp(channel, "/meta/", 6) == 0;
    bool connect = meta && memcmp(channel + 6, "con", 3) == 0;
    if (connect) {
        if (connection->connected && memmem(text, length, "\"timeout\":0}", 12) == NULL) return; /* held, for ever */
        connection->connected = true;
    }
    begin_reply(replies, first);
    APPEND(replies, "{\"channel\":\"");
    output_append(replies, channel, channel_length);
    if (id != NULL) {
        APPEND(replies, "\",\"id\":\"");
        output_append(replies, id, id_length);
    }
    APPEND(replies, "\",\"successful\":true");
    if (meta && memcmp(channel + 6, "han", 3) == 0) {
        static uint64_t sessions;
        char fields[256];
        int fields_length = snprintf(
            fields, sizeof fields,
            ",\"clientId\":\"%027llu\",\"version\":\"1.0\",\"minimumVersion\":\"1.0\",\"supportedConnectionTypes\":"
            "[\"websocket\",\"long-polling\"],\"advice\":{\"interval\":0,\"timeout\":30000,\"reconnect\":\"retry\"}",
            (unsigned long long)++sessions);
        output_append(replies, fields, (size_t)fields_length);
        connection->connected = false;
    } else if (meta && memcmp(channel + 6, "sub", 3) == 0) {
        connection->subscribed = true;
        subscribe_all(descriptor, text, length);
    } else if (connect) {
        APPEND(replies, ",\"advice\":{\"interval\":0,\"timeout\":30000,\"reconnect\":\"retry\"}");
    } else if (!meta) {
        publish(channel, channel_length, text, length);
    }
    APPEND(replies, "}");
}

void bayeux_process(struct connection *connection, int descriptor, const char *text, size_t length,
                    struct output *replies) {
    bool first = true, string = false;
    int depth = 0;
    const char *start = text;
    for (const char *at = text, *end = text + length; at < end; at++) {
        if (string) {
            if (*at == '\\') at++;
            else if (*at == '"') string = false;
        } else if (*at == '"') {
            string = true;
        } else if (*at == '{') {
            if (depth++ == 0) start = at;
        } else if (*at == '}' && --depth == 0) {
            process_message(connection, descriptor, start, (size_t)(at + 1 - start), replies, &first);
        }
    }
    if (!first) APPEND(replies, "]");
}
