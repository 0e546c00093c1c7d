#ifndef REACH_LANES_H
#define REACH_LANES_H

#include <stdint.h>

// Eight rows at once, a lane of 32 bits each, and how many bits from any on such a lane has when it begins with the byte of the first.
enum { LANES = 8, LANE_BITS = 25 };

// Sixteen, where the processor has such lanes and masks of them.
enum { WIDE_LANES = 16 };

// How many lanes the processor has: LANES, WIDE_LANES, or 1 where it has neither.
int lanes_at_hand(void);

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,popcnt")))

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,bmi,bmi2,popcnt")))

// For each lane the `counts`, at most LANE_BITS, bits from `from` on: of the four bytes in which the first of them stands.
static inline AVX2 __m256i bits_of_lanes(const uint64_t *bits, __m256i from, __m256i counts) {
    const __m256i one = _mm256_set1_epi32(1);
    __m256i lanes = _mm256_i32gather_epi32((const int *)bits, _mm256_srli_epi32(from, 3), 1);
    lanes = _mm256_srlv_epi32(lanes, _mm256_and_si256(from, _mm256_set1_epi32(7)));
    return _mm256_and_si256(lanes, _mm256_sub_epi32(_mm256_sllv_epi32(one, counts), one));
}
#endif

#endif
