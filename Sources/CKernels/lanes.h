#ifndef REACH_LANES_H
#define REACH_LANES_H

#include <stdint.h>

// Eight rows at once, a lane of 32 bits each.
enum { LANES = 8 };

// Sixteen, where the processor has such lanes and masks of them.
enum { WIDE_LANES = 16 };

// How many lanes the processor has, of those allowed: LANES, WIDE_LANES, or 1 where it has neither.
int lanes_at_hand(void);

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,popcnt")))

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,bmi,bmi2,popcnt")))
#endif

#endif
