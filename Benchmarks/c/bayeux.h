/* The few Bayeux words that a load generator needs. Every published message has
 * data {"q":"<ten digits>","p":"xxx..."}; the digits are its sequence number. */
#ifndef BENCH_BAYEUX_H
#define BENCH_BAYEUX_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "stats.h"

enum { CLIENT_ID_MAX = 96, SEQUENCE_DIGITS = 10 };
#define DATA_WITHOUT_PADDING "{\"q\":\"0000000000\",\"p\":\"\"}"

static inline bool text_contains(const char *text, size_t length, const char *wanted) {
    return memmem(text, length, wanted, strlen(wanted)) != NULL;
}

static inline size_t text_count(const char *text, size_t length, const char *wanted) {
    size_t count = 0, wanted_length = strlen(wanted);
    const char *end = text + length;
    while ((text = memmem(text, (size_t)(end - text), wanted, wanted_length)) != NULL) {
        count++;
        text += wanted_length;
    }
    return count;
}

/* Finds the next delivered message between `*at` and `end`, moves `*at` behind its sequence number. */
static inline bool next_delivery(const char **at, const char *end, uint64_t *sequence) {
    const char *found = memmem(*at, (size_t)(end - *at), "\"q\":\"", 5);
    if (found == NULL || end - found < 5 + SEQUENCE_DIGITS) return false;
    found += 5;
    uint64_t value = 0;
    for (int i = 0; i < SEQUENCE_DIGITS; i++) value = value * 10 + (uint64_t)(found[i] - '0');
    *sequence = value;
    *at = found + SEQUENCE_DIGITS;
    return true;
}

static inline char *append_text(char *out, const char *text, size_t length) {
    memcpy(out, text, length);
    return out + length;
}

static inline char *append_digits(char *out, uint64_t value) {
    for (int i = SEQUENCE_DIGITS - 1; i >= 0; i--, value /= 10) out[i] = (char)('0' + value % 10);
    return out + SEQUENCE_DIGITS;
}

/* Writes one publish message; `id` and `clientId` stand last, as in CometD's JavaScript client. */
static inline char *append_publish(char *out, const char *channel, const char *client_id, uint64_t sequence,
                                   size_t padding) {
    out = append_text(out, "{\"channel\":\"", 12);
    out = append_text(out, channel, strlen(channel));
    out = append_text(out, "\",\"data\":{\"q\":\"", 15);
    out = append_digits(out, sequence);
    out = append_text(out, "\",\"p\":\"", 7);
    memset(out, 'x', padding);
    out = append_text(out + padding, "\"},\"id\":\"", 9);
    out = append_digits(out, sequence);
    out = append_text(out, "\",\"clientId\":\"", 14);
    out = append_text(out, client_id, strlen(client_id));
    return append_text(out, "\"}", 2);
}

/* Bytes of padding that make the delivered array, `[{"channel":…,"data":{…}}]`, `size` bytes long. */
static inline size_t padding_for_delivery(const char *channel, size_t size) {
    size_t least = strlen("[{\"channel\":\"\",\"data\":}]") + strlen(channel) + strlen(DATA_WITHOUT_PADDING);
    if (size < least) die("--size must be %zu at least", least);
    if (size > 60000) die("--size must be 60000 at most");
    return size - least;
}

static inline void copy_client_id(char out[CLIENT_ID_MAX], const char *text, size_t length) {
    const char *found = memmem(text, length, "\"clientId\":\"", 12);
    const char *end = found == NULL ? NULL : memchr(found + 12, '"', length - (size_t)(found + 12 - text));
    if (end == NULL || end - (found + 12) >= CLIENT_ID_MAX) die("no usable clientId in: %.*s", (int)length, text);
    memcpy(out, found + 12, (size_t)(end - (found + 12)));
    out[end - (found + 12)] = 0;
}

/* Dies unless the text holds a successful reply on this channel. */
static inline void expect_reply(const char *text, size_t length, const char *channel) {
    if (!text_contains(text, length, channel) || !text_contains(text, length, "\"successful\":true")) {
        die("expected a successful reply on %s, got: %.*s", channel, (int)length, text);
    }
}

#endif
