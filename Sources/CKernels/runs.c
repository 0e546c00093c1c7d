#include "CKernels.h"
#include "lanes.h"
#include "wide.h"

#include <string.h>

// Set bits among `from`..<`to`.
static inline __attribute__((always_inline)) uint32_t marks_between(const uint64_t *bits, size_t from, size_t to) {
    uint32_t count = 0;
    while (from < to) {
        size_t end = from / WORD_ROWS * WORD_ROWS + WORD_ROWS;
        uint64_t word = bits[from / WORD_ROWS] >> from % WORD_ROWS;
        if (end > to) word &= (UINT64_C(1) << (to - from)) - 1;
        count += (uint32_t)__builtin_popcountll(word);
        from = end;
    }
    return count;
}

static inline __attribute__((always_inline)) size_t narrow_runs(
    uint8_t *mask, const uint32_t *offsets, size_t customer, size_t customers, const uint64_t *bits, uint32_t lower,
    uint32_t width) {
    size_t left = 0;
    for (; customer < customers; customer++) {
        if (mask[customer] == 0) continue;
        uint32_t count = marks_between(bits, offsets[customer], offsets[customer + 1]);
        mask[customer] = count - lower <= width;
        left += mask[customer];
    }
    return left;
}

#if defined(__x86_64__)
// Set bits of each lane.
static inline AVX2 __m256i set_bits(__m256i lanes) {
    const __m256i nibble = _mm256_set1_epi8(15), counts = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4));
    __m256i low = _mm256_shuffle_epi8(counts, _mm256_and_si256(lanes, nibble));
    __m256i high = _mm256_shuffle_epi8(counts, _mm256_and_si256(_mm256_srli_epi16(lanes, 4), nibble));
    __m256i pairs = _mm256_maddubs_epi16(_mm256_add_epi8(low, high), _mm256_set1_epi8(1));
    return _mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
}

// Eight customers at once, of each up to twice LANE_BITS rows, which is all that most have.
static AVX2 size_t narrow_eights(
    uint8_t *mask, const uint32_t *offsets, size_t customers, const uint64_t *bits, size_t words, uint32_t lower,
    uint32_t width) {
    const __m256i lane_rows = _mm256_set1_epi32(LANE_BITS), none = _mm256_setzero_si256();
    const __m256i least = _mm256_set1_epi32((int)lower), most = _mm256_set1_epi32((int)width);
    size_t left = 0, customer = 0;
    for (; customer + LANES <= customers; customer += LANES) {
        // The bits end here: four bytes from a later row on might not be there.
        if ((offsets[customer + LANES] + LANE_BITS) / 8 + sizeof(uint32_t) > words * sizeof *bits) break;
        uint64_t held;
        memcpy(&held, mask + customer, sizeof held);
        if (held == 0) continue;
        __m256i from = _mm256_loadu_si256((const __m256i *)(offsets + customer));
        __m256i rows = _mm256_sub_epi32(_mm256_loadu_si256((const __m256i *)(offsets + customer + 1)), from);
        __m256i more = _mm256_max_epi32(_mm256_sub_epi32(rows, lane_rows), none);
        __m256i near = bits_of_lanes(bits, from, _mm256_min_epu32(rows, lane_rows));
        __m256i far = bits_of_lanes(bits, _mm256_add_epi32(from, lane_rows), _mm256_min_epu32(more, lane_rows));
        __m256i counts = _mm256_add_epi32(set_bits(near), set_bits(far));
        __m256i above = _mm256_sub_epi32(counts, least);
        __m256i passing = _mm256_cmpeq_epi32(_mm256_min_epu32(above, most), above);
        __m128i bytes = _mm_packs_epi32(_mm256_castsi256_si128(passing), _mm256_extracti128_si256(passing, 1));
        uint64_t kept = held & (uint64_t)_mm_cvtsi128_si64(_mm_packs_epi16(bytes, bytes));
        memcpy(mask + customer, &kept, sizeof kept);
        left += (size_t)__builtin_popcountll(kept);
        unsigned longer = (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpgt_epi32(more, lane_rows)));
        for (; longer != 0; longer &= longer - 1) {
            size_t lane = (size_t)__builtin_ctz(longer);
            left -= mask[customer + lane];
            mask[customer + lane] = held >> (8 * lane) & 1;
            left += narrow_runs(mask, offsets, customer + lane, customer + lane + 1, bits, lower, width);
        }
    }
    return left + narrow_runs(mask, offsets, customer, customers, bits, lower, width);
}
#endif

size_t reach_narrow_run_counts(
    uint8_t *mask, const uint32_t *offsets, size_t customers, const uint64_t *bits, size_t words, uint32_t lower,
    uint32_t width) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && words * WORD_ROWS <= INT32_MAX)
        return narrow_eights(mask, offsets, customers, bits, words, lower, width);
#endif
    return narrow_runs(mask, offsets, 0, customers, bits, lower, width);
}
