// Telephone numbers as libphonenumber understands them, for callers that cannot speak C++.
#ifndef REACH_CPHONE_H
#define REACH_CPHONE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The country that numbers without a country code are from. Made on first use and kept for the life of the process. */
typedef struct reach_phone_home reach_phone_home;

/* Longest number there is: `+` and 3 + 17 digits. */
enum reach_phone_limits { reach_phone_capacity = 24 };

/* By its two letters, in capitals; "" for no country. NULL where the library knows no such country. Safe from all threads. */
const reach_phone_home *reach_phone_home_for(const char *country);

/*
 * Writes the number in E.164 and gives its length; 0 where the text is no valid number. Plain shapes are read here by tables made from
 * the library's own patterns, texts that can be no number are told by what the library looks for first, and everything else is asked of it. `text` need not end in a zero. Safe from all threads.
 */
size_t reach_phone_normalise(const reach_phone_home *home, const uint8_t *text, size_t length, uint8_t *result);

/* The same by the library alone: what tests compare with. */
size_t reach_phone_by_library(const reach_phone_home *home, const uint8_t *text, size_t length, uint8_t *result);

/* The same by the tables alone; -1 where they leave the text to the library. */
ptrdiff_t reach_phone_by_tables(const reach_phone_home *home, const uint8_t *text, size_t length, uint8_t *result);

/* Writes a valid number of a country as its people would type it (`national` not 0) or in E.164; 0 where the library has no example. */
size_t reach_phone_example(const char *country, int national, uint8_t *result, size_t capacity);

#ifdef __cplusplus
}
#endif

#endif
