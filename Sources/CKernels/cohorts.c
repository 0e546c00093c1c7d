#include "CKernels.h"
#include "lanes.h"
#include "wide.h"

#include <string.h>

enum { BLOCK_ROWS = 4096, PERIODS = REACH_CHUNK_PERIODS, MOST_ADDED = UINT8_MAX, MOST_UNITED = 32 };

// Customers by the period of their first row, a byte per period, until one of the bytes may be full.
typedef struct {
    byte_row counts[REACH_COHORT_PERIODS];
    uint8_t added[REACH_COHORT_PERIODS];
    int64_t *sizes;
    int64_t *cells;
} tally;

static void empty(tally *tally, size_t first) {
    for (size_t period = 0; period < REACH_COHORT_PERIODS; period++)
        tally->cells[first * REACH_COHORT_PERIODS + period] += tally->counts[first][period];
    tally->counts[first] = (byte_row)0;
    tally->sizes[first] += tally->added[first];
    tally->added[first] = 0;
}

static inline void add(tally *tally, uint64_t periods) {
    if (periods == 0) return;
    size_t first = (size_t)__builtin_ctzll(periods);
    tally->counts[first] += ROW_OF(periods, byte_row);
    if (++tally->added[first] == MOST_ADDED) empty(tally, first);
}

// The period of each row as a bit; nothing where the row takes no part.
static void period_bits(
    uint32_t *bits, const uint32_t *codes, const uint8_t *rows, size_t count, const reach_periods *periods) {
    for (size_t row = 0; row < count; row++) {
        uint32_t period = (uint32_t)(int32_t)((float)(int32_t)codes[row] * periods->scale + periods->shift) % PERIODS;
        uint32_t bit = UINT32_C(1) << period << (codes[row] > periods->last_codes[period]);
        bits[row] = rows != NULL && rows[row] == 0 ? 0 : bit;
    }
}

// The periods of a customer's rows.
static inline uint32_t periods_of(const uint32_t *bits, size_t count) {
    uint32_t periods = 0;
    for (size_t row = 0; row < count; row++) periods |= bits[row];
    return periods;
}

typedef void bits_function(uint32_t *, const uint32_t *, const uint8_t *, size_t, const reach_periods *);
typedef uint32_t union_function(const uint32_t *, size_t);

static inline __attribute__((always_inline)) void add_customers(
    tally *tally, const uint32_t *offsets, size_t customers, const uint8_t *members, const uint32_t *codes,
    const uint8_t *rows, const reach_periods *periods, bits_function *find, union_function *unite) {
    // Unions read so many more from any row on.
    uint32_t bits[BLOCK_ROWS + MOST_UNITED];
    memset(bits, 0, sizeof bits);
    size_t customer = 0;
    while (customer < customers) {
        size_t start = offsets[customer], end = customer;
        while (end < customers && offsets[end + 1] - start <= BLOCK_ROWS) end++;
        if (end == customer) {
            // More rows than a block.
            uint32_t all = 0;
            for (size_t row = start; row < offsets[customer + 1]; row += BLOCK_ROWS) {
                size_t count = offsets[customer + 1] - row < BLOCK_ROWS ? offsets[customer + 1] - row : BLOCK_ROWS;
                find(bits, codes + row, rows == NULL ? NULL : rows + row, count, periods);
                all |= periods_of(bits, count);
            }
            if (members == NULL || members[customer] != 0) add(tally, (uint64_t)all << periods->first);
            customer++;
            continue;
        }
        find(bits, codes + start, rows == NULL ? NULL : rows + start, offsets[end] - start, periods);
        size_t block_bytes = (offsets[end] - start) * sizeof *codes;
        for (; customer < end; customer++) {
            // The next block's codes, meanwhile; behind the last one nothing is read.
            reach_prefetch((uintptr_t)(codes + offsets[customer]) + block_bytes, 1);
            if (members != NULL && members[customer] == 0) continue;
            uint32_t own = unite(bits + (offsets[customer] - start), offsets[customer + 1] - offsets[customer]);
            add(tally, (uint64_t)own << periods->first);
        }
    }
    for (size_t first = 0; first < REACH_COHORT_PERIODS; first++) empty(tally, first);
}

#if defined(__x86_64__)
// `table[index]` of 32 numbers, eight at a time.
static inline AVX2 __m256i looked_up(__m256i index, const __m256i *table) {
    __m256 part[4];
    for (int quarter = 0; quarter < 4; quarter++)
        part[quarter] = _mm256_castsi256_ps(_mm256_permutevar8x32_epi32(table[quarter], index));
    // A blend looks at the highest bit of a lane.
    __m256 bit3 = _mm256_castsi256_ps(_mm256_slli_epi32(index, 28));
    __m256 bit4 = _mm256_castsi256_ps(_mm256_slli_epi32(index, 27));
    __m256 low = _mm256_blendv_ps(part[0], part[1], bit3), high = _mm256_blendv_ps(part[2], part[3], bit3);
    return _mm256_castps_si256(_mm256_blendv_ps(low, high, bit4));
}

static AVX2 void period_bits_avx2(
    uint32_t *bits, const uint32_t *codes, const uint8_t *rows, size_t count, const reach_periods *periods) {
    __m256i table[4];
    memcpy(table, periods->last_codes, sizeof table);
    __m256 scale = _mm256_set1_ps(periods->scale), shift = _mm256_set1_ps(periods->shift);
    size_t row = 0;
    for (; row + LANES <= count; row += LANES) {
        __m256i code = _mm256_loadu_si256((const __m256i *)(codes + row));
        __m256i period =
            _mm256_cvttps_epi32(_mm256_add_ps(_mm256_mul_ps(_mm256_cvtepi32_ps(code), scale), shift));
        // Codes are below 2^31, so that comparing them as signed ones is right.
        period = _mm256_sub_epi32(period, _mm256_cmpgt_epi32(code, looked_up(period, table)));
        __m256i bit = _mm256_sllv_epi32(_mm256_set1_epi32(1), period);
        if (rows != NULL) {
            __m256i held = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(rows + row)));
            bit = _mm256_andnot_si256(_mm256_cmpeq_epi32(held, _mm256_setzero_si256()), bit);
        }
        _mm256_storeu_si256((__m256i *)(bits + row), bit);
    }
    period_bits(bits + row, codes + row, rows == NULL ? NULL : rows + row, count - row, periods);
}

// The first `count` of a group of lanes.
static inline AVX2 __m256i first_lanes(const uint32_t *bits, size_t count) {
    static const int32_t kept[2 * LANES] = {-1, -1, -1, -1, -1, -1, -1, -1};
    const int32_t *mask = kept + LANES - (count < LANES ? count : LANES);
    return _mm256_and_si256(
        _mm256_loadu_si256((const __m256i *)mask), _mm256_loadu_si256((const __m256i *)bits));
}

static inline AVX2 uint32_t periods_of_avx2(const uint32_t *bits, size_t count) {
    // Most customers have no more rows than two groups of lanes: read without asking how many there are.
    __m256i all = _mm256_or_si256(
        first_lanes(bits, count), first_lanes(bits + LANES, count < LANES ? 0 : count - LANES));
    for (size_t row = 2 * LANES; row < count; row += LANES)
        all = _mm256_or_si256(all, first_lanes(bits + row, count - row));
    __m128i half = _mm_or_si128(_mm256_castsi256_si128(all), _mm256_extracti128_si256(all, 1));
    uint64_t pair = (uint64_t)_mm_cvtsi128_si64(half) | (uint64_t)_mm_extract_epi64(half, 1);
    return (uint32_t)(pair | pair >> 32);
}

static AVX2 void add_customers_avx2(
    tally *tally, const uint32_t *offsets, size_t customers, const uint8_t *members, const uint32_t *codes,
    const uint8_t *rows, const reach_periods *periods) {
    add_customers(tally, offsets, customers, members, codes, rows, periods, period_bits_avx2, periods_of_avx2);
}

static AVX512 void period_bits_avx512(
    uint32_t *bits, const uint32_t *codes, const uint8_t *rows, size_t count, const reach_periods *periods) {
    const __m512i low = _mm512_loadu_si512(periods->last_codes);
    const __m512i high = _mm512_loadu_si512(periods->last_codes + WIDE_LANES);
    const __m512i one = _mm512_set1_epi32(1);
    const __m512 scale = _mm512_set1_ps(periods->scale), shift = _mm512_set1_ps(periods->shift);
    size_t row = 0;
    for (; row + WIDE_LANES <= count; row += WIDE_LANES) {
        __m512i code = _mm512_loadu_si512(codes + row);
        __m512i period = _mm512_cvttps_epi32(_mm512_add_ps(_mm512_mul_ps(_mm512_cvtepi32_ps(code), scale), shift));
        __mmask16 later = _mm512_cmpgt_epi32_mask(code, _mm512_permutex2var_epi32(low, period, high));
        __m512i bit = _mm512_sllv_epi32(one, _mm512_mask_add_epi32(period, later, period, one));
        if (rows != NULL) {
            __m128i held = _mm_loadu_si128((const __m128i *)(rows + row));
            bit = _mm512_maskz_mov_epi32(_mm_test_epi8_mask(held, held), bit);
        }
        _mm512_storeu_si512(bits + row, bit);
    }
    period_bits(bits + row, codes + row, rows == NULL ? NULL : rows + row, count - row, periods);
}

static inline AVX512 uint32_t periods_of_avx512(const uint32_t *bits, size_t count) {
    // Nearly all customers have no more rows than two groups of lanes: read without asking how many there are.
    uint64_t near = _bzhi_u64(UINT32_MAX, (unsigned)(count < 2 * WIDE_LANES ? count : 2 * WIDE_LANES));
    __m512i all = _mm512_or_si512(
        _mm512_maskz_loadu_epi32((__mmask16)near, bits),
        _mm512_maskz_loadu_epi32((__mmask16)(near >> WIDE_LANES), bits + WIDE_LANES));
    for (size_t row = 2 * WIDE_LANES; row < count; row += WIDE_LANES) {
        uint32_t rest = _bzhi_u32(UINT16_MAX, (unsigned)(count - row < WIDE_LANES ? count - row : WIDE_LANES));
        all = _mm512_or_si512(all, _mm512_maskz_loadu_epi32((__mmask16)rest, bits + row));
    }
    return (uint32_t)_mm512_reduce_or_epi32(all);
}

static AVX512 void add_customers_avx512(
    tally *tally, const uint32_t *offsets, size_t customers, const uint8_t *members, const uint32_t *codes,
    const uint8_t *rows, const reach_periods *periods) {
    add_customers(tally, offsets, customers, members, codes, rows, periods, period_bits_avx512, periods_of_avx512);
}
#endif

void reach_add_cohorts(
    int64_t *sizes, int64_t *cells, const uint32_t *offsets, size_t customers, const uint8_t *members,
    const uint32_t *codes, const uint8_t *rows, const reach_periods *periods) {
    tally tally = {.sizes = sizes, .cells = cells};
#if defined(__x86_64__)
    switch (lanes_at_hand()) {
    case WIDE_LANES: return add_customers_avx512(&tally, offsets, customers, members, codes, rows, periods);
    case LANES: return add_customers_avx2(&tally, offsets, customers, members, codes, rows, periods);
    }
#endif
    add_customers(&tally, offsets, customers, members, codes, rows, periods, period_bits, periods_of);
}
