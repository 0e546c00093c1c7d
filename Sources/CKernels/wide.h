#ifndef REACH_WIDE_H
#define REACH_WIDE_H

#include <stdint.h>

// A loop that gains from wider instructions is compiled for the plain machine and for one with AVX2 and newer shifts and counts of bits; the first
// call chooses.
#if defined(__x86_64__)
#define WIDE __attribute__((target_clones("default", "arch=x86-64-v3")))
#else
#define WIDE
#endif

// Rows, or bytes, are taken 64 at a time, a bit each: a comparison of 64 values makes one word.
enum { WORD_ROWS = 64 };

// The processor reads ahead only to the end of a page, and not far: what will be read is fetched as far ahead as this.
enum { AHEAD_BYTES = 4096 };

typedef uint8_t byte_row __attribute__((ext_vector_type(WORD_ROWS)));
typedef uint16_t short_row __attribute__((ext_vector_type(WORD_ROWS)));
typedef uint32_t long_row __attribute__((ext_vector_type(WORD_ROWS)));
typedef _Bool bit_row __attribute__((ext_vector_type(WORD_ROWS)));

#define WORD_OF(TEST) __builtin_bit_cast(uint64_t, __builtin_convertvector((TEST), bit_row))
#define ROW_OF(WORD, ROW) __builtin_convertvector(__builtin_bit_cast(bit_row, (WORD)), ROW)

#endif
