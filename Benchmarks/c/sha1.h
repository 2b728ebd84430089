#ifndef BENCH_SHA1_H
#define BENCH_SHA1_H

#include <stddef.h>

/* Length of a Sec-WebSocket-Accept value, without the terminating zero. */
#define WEBSOCKET_ACCEPT_LENGTH 28

/* Writes the Sec-WebSocket-Accept value that answers `key` (RFC 6455, 4.2.2), zero-terminated. */
void websocket_accept(const char *key, size_t key_length, char out[WEBSOCKET_ACCEPT_LENGTH + 1]);

/* Base64 of `length` bytes, zero-terminated; `out` holds 4 * ((length + 2) / 3) + 1 bytes. */
void base64_encode(const unsigned char *bytes, size_t length, char *out);

#endif
