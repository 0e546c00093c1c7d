#include "CKernels.h"
#include "lanes.h"
#include "wide.h"

#include <string.h>

// Rows are counted in a byte before the sum moves on: below 256, and a multiple of what a vector loop takes at once.
enum { COUNTED_ROWS = 192 };

#define COUNT(NAME, PARAMETERS, KEPT)                                                                                  \
    WIDE size_t NAME PARAMETERS {                                                                                      \
        size_t total = 0;                                                                                              \
        for (size_t start = 0; start < count; start += COUNTED_ROWS) {                                                 \
            size_t end = count - start < COUNTED_ROWS ? count : start + COUNTED_ROWS;                                  \
            uint8_t found = 0;                                                                                         \
            for (size_t row = start; row < end; row++) found = (uint8_t)(found + ((slots[row] == slot) & (KEPT)));     \
            total += found;                                                                                            \
        }                                                                                                              \
        return total;                                                                                                  \
    }

COUNT(reach_count_slot, (const uint8_t *slots, size_t count, uint8_t slot), 1)
COUNT(reach_count_marked_slot, (const uint8_t *slots, const uint8_t *mask, size_t count, uint8_t slot), mask[row])

WIDE void reach_add_shifted(uint8_t *restrict slots, const uint8_t *restrict codes, size_t count, uint8_t shift) {
    for (size_t row = 0; row < count; row++) slots[row] = (uint8_t)(slots[row] + (uint8_t)(codes[row] << shift));
}

WIDE void reach_add_scores(
    uint8_t *restrict slots, const int64_t *restrict lanes, size_t count, const int64_t *restrict cuts,
    uint8_t factor) {
    const int64_t one = cuts[0], two = cuts[1], three = cuts[2], four = cuts[3];
    for (size_t row = 0; row < count; row++) {
        int64_t lane = lanes[row];
        int score = (lane > one) + (lane > two) + (lane > three) + (lane > four);
        slots[row] = (uint8_t)(slots[row] + factor * score);
    }
}

// Most customers have a few rows: sixteen are looked at whatever the number, those beyond the run counting 0, so that there is no loop whose
// end cannot be foreseen.
enum { SHORT_RUN = 16 };

#define RUN_SUMS(NAME, TYPE)                                                                                           \
    WIDE void NAME(int64_t *sums, const uint32_t *offsets, size_t customers, const TYPE *codes, size_t rows) {         \
        for (size_t customer = 0; customer < customers; customer++) {                                                  \
            size_t start = offsets[customer];                                                                          \
            uint32_t length = offsets[customer + 1] - offsets[customer];                                               \
            uint64_t sum = 0;                                                                                          \
            if (length <= SHORT_RUN && start + SHORT_RUN <= rows) {                                                    \
                for (uint32_t row = 0; row < SHORT_RUN; row++) sum += row < length ? codes[start + row] : 0;           \
            } else {                                                                                                   \
                for (size_t row = start; row < start + length; row++) sum += codes[row];                               \
            }                                                                                                          \
            sums[customer] = (int64_t)sum;                                                                             \
        }                                                                                                              \
    }

RUN_SUMS(reach_run_sums_u8, uint8_t)
RUN_SUMS(reach_run_sums_u16, uint16_t)
RUN_SUMS(reach_run_sums_u32, uint32_t)

// Neighbours count in tables of their own: two additions to one bin would have to wait for each other.
enum { BIN_TABLES = 4 };

#define COUNT_BINS(NAME, TYPE)                                                                                         \
    void NAME(                                                                                                         \
        uint32_t *bins, size_t bin_count, const TYPE *codes, const uint8_t *marks, size_t count, uint32_t offset,      \
        uint32_t step, uint32_t shift) {                                                                               \
        uint32_t tables[BIN_TABLES][REACH_BINS];                                                                       \
        for (size_t table = 0; table < BIN_TABLES; table++) memset(tables[table], 0, bin_count * sizeof(uint32_t));    \
        size_t whole = count - count % BIN_TABLES;                                                                     \
        if (marks == NULL) {                                                                                           \
            for (size_t row = 0; row < whole; row += BIN_TABLES)                                                       \
                for (size_t table = 0; table < BIN_TABLES; table++)                                                    \
                    tables[table][(offset + step * codes[row + table]) >> shift]++;                                    \
        } else {                                                                                                       \
            for (size_t row = 0; row < whole; row += BIN_TABLES)                                                       \
                for (size_t table = 0; table < BIN_TABLES; table++)                                                    \
                    tables[table][(offset + step * codes[row + table]) >> shift] += marks[row + table];                \
        }                                                                                                              \
        for (size_t row = whole; row < count; row++)                                                                   \
            tables[0][(offset + step * codes[row]) >> shift] += marks == NULL ? 1 : marks[row];                        \
        for (size_t table = 0; table < BIN_TABLES; table++)                                                            \
            for (size_t bin = 0; bin < bin_count; bin++) bins[bin] += tables[table][bin];                              \
    }

// Rows in turns to one table and the other: two additions to one slot would have to wait for each other.
#define SLOT_FIGURES(NAME, TYPE)                                                                                       \
    WIDE void NAME(                                                                                                    \
        uint64_t *figures, const uint8_t *slots, const TYPE *codes, const uint64_t *words, size_t count, uint64_t one) {\
        if (words == NULL) {                                                                                           \
            for (size_t row = 0; row < count; row++) figures[row % 2 * REACH_SLOTS + slots[row]] += one | codes[row];  \
            return;                                                                                                    \
        }                                                                                                              \
        for (size_t word = 0; word * WORD_ROWS < count; word++) {                                                      \
            const uint8_t *own = slots + word * WORD_ROWS;                                                             \
            const TYPE *added = codes + word * WORD_ROWS;                                                              \
            reach_prefetch((uintptr_t)own + AHEAD_BYTES, 1);                                                           \
            reach_prefetch((uintptr_t)added + AHEAD_BYTES, WORD_ROWS * sizeof(TYPE));                                  \
            uint64_t held = words[word];                                                                               \
            while (held != 0) {                                                                                        \
                const unsigned row = (unsigned)__builtin_ctzll(held);                                                  \
                figures[own[row]] += one | added[row];                                                                 \
                held &= held - 1;                                                                                      \
                if (held == 0) break;                                                                                  \
                const unsigned other = (unsigned)__builtin_ctzll(held);                                                \
                figures[REACH_SLOTS + own[other]] += one | added[other];                                               \
                held &= held - 1;                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
    }

SLOT_FIGURES(reach_slot_figures_u16, uint16_t)
SLOT_FIGURES(reach_slot_figures_u32, uint32_t)

// Accumulators of two bytes hold the counts of that many rows at sixteen to a group.
enum { SEGMENT_ROWS = 1 << 19, BATCH = 4 };

// Whatever is marked in `word`, in batches: how many there are is told at the end of each only.
#define GATHER(OUT, FOUND, CODES, WORD)                                                                                \
    do {                                                                                                               \
        size_t marked = (size_t)__builtin_popcountll(WORD);                                                            \
        for (size_t next = 0; next < marked; next += BATCH)                                                            \
            for (size_t place = next; place < next + BATCH; place++, (WORD) &= (WORD) - 1)                             \
                (OUT)[(FOUND) + place] = (CODES)[(size_t)__builtin_ctzll((WORD) | UINT64_C(1) << 63)];                 \
        (FOUND) += marked;                                                                                             \
    } while (0)

// A row is below the lower end of each range above it and above the upper end of each below it: of every range but the one that it is in. Codes
// are compared as signed numbers, which is what processors do; turning the highest bit keeps their order. `TAKEN` are the lanes that count.
#define TEST_GROUPS(NAME, TYPE, SIGNED, LANES, TAKEN)                                                                  \
    for (size_t group = 0; group < WORD_ROWS / LANES; group++) {                                                       \
        NAME##_group lanes;                                                                                            \
        memcpy(&lanes, word + group * LANES, sizeof lanes);                                                            \
        NAME##_test row = (NAME##_test)(lanes ^ (NAME##_group)turn), parity = (NAME##_test)(SIGNED)0;                  \
        for (size_t range = 0; range < ranges; range++) {                                                              \
            NAME##_test less = (NAME##_test)(low[range] > row);                                                        \
            under[range] -= (NAME##_group)(less & (TAKEN));                                                            \
            parity ^= less ^ (NAME##_test)(row > high[range]);                                                         \
        }                                                                                                              \
        memcpy((TYPE *)&parities + group * LANES, &parity, sizeof parity);                                             \
    }

#define GATHER_RANGES(LINKAGE, NAME, TYPE, SIGNED, LANES, ROW)                                                         \
    typedef TYPE NAME##_group __attribute__((ext_vector_type(LANES)));                                                 \
    typedef SIGNED NAME##_test __attribute__((ext_vector_type(LANES)));                                                \
    static inline __attribute__((always_inline)) size_t NAME##_of(                                                     \
        TYPE *out, size_t *below, const TYPE *codes, const uint64_t *words, size_t count, const TYPE *lower,           \
        const TYPE *upper, const size_t ranges) {                                                                      \
        const TYPE turn = (TYPE)((TYPE)1 << (8 * sizeof(TYPE) - 1));                                                   \
        NAME##_test low[REACH_RANGES], high[REACH_RANGES];                                                             \
        for (size_t range = 0; range < ranges; range++) {                                                              \
            low[range] = (NAME##_test)(SIGNED)(lower[range] ^ turn);                                                   \
            high[range] = (NAME##_test)(SIGNED)(upper[range] ^ turn);                                                  \
        }                                                                                                              \
        size_t found = 0;                                                                                              \
        for (size_t first = 0; first < count; first += SEGMENT_ROWS) {                                                 \
            size_t end = count - first < SEGMENT_ROWS ? count : first + SEGMENT_ROWS;                                  \
            NAME##_group under[REACH_RANGES];                                                                          \
            for (size_t range = 0; range < ranges; range++) under[range] = (NAME##_group)(TYPE)0;                      \
            for (size_t start = first; start < end; start += WORD_ROWS) {                                              \
                size_t rows = end - start < WORD_ROWS ? end - start : WORD_ROWS;                                       \
                uint64_t held = ~UINT64_C(0) >> (WORD_ROWS - rows);                                                    \
                if (words != NULL) held &= words[start / WORD_ROWS];                                                   \
                if (held == 0) continue;                                                                               \
                const TYPE *word = codes + start;                                                                      \
                TYPE rest[WORD_ROWS];                                                                                  \
                if (rows < WORD_ROWS) {                                                                                \
                    memset(rest, 0, sizeof rest);                                                                      \
                    word = memcpy(rest, word, rows * sizeof(TYPE));                                                    \
                }                                                                                                      \
                ROW parities;                                                                                          \
                if (held == ~UINT64_C(0)) {                                                                            \
                    TEST_GROUPS(NAME, TYPE, SIGNED, LANES, (NAME##_test)(SIGNED)-1)                                    \
                } else {                                                                                               \
                    ROW taken = -ROW_OF(held, ROW);                                                                    \
                    NAME##_test takes[WORD_ROWS / LANES];                                                              \
                    memcpy(takes, &taken, sizeof taken);                                                               \
                    TEST_GROUPS(NAME, TYPE, SIGNED, LANES, takes[group])                                               \
                }                                                                                                      \
                uint64_t outside = WORD_OF(parities != (ROW)(TYPE)0);                                                  \
                uint64_t inside = (ranges % 2 == 0 ? outside : ~outside) & held;                                       \
                GATHER(out, found, word, inside);                                                                      \
            }                                                                                                          \
            for (size_t range = 0; range < ranges; range++)                                                            \
                for (size_t lane = 0; lane < LANES; lane++) below[range] += under[range][lane];                        \
        }                                                                                                              \
        return found;                                                                                                  \
    }                                                                                                                  \
    LINKAGE WIDE size_t NAME(                                                                                          \
        TYPE *out, size_t *below, const TYPE *codes, const uint64_t *words, size_t count, const TYPE *lower,           \
        const TYPE *upper, size_t ranges) {                                                                            \
        switch (ranges) {                                                                                              \
        case 1: return NAME##_of(out, below, codes, words, count, lower, upper, 1);                                    \
        case 2: return NAME##_of(out, below, codes, words, count, lower, upper, 2);                                    \
        case 3: return NAME##_of(out, below, codes, words, count, lower, upper, 3);                                    \
        case 4: return NAME##_of(out, below, codes, words, count, lower, upper, 4);                                    \
        default: return NAME##_of(out, below, codes, words, count, lower, upper, REACH_RANGES);                        \
        }                                                                                                              \
    }

GATHER_RANGES(extern, reach_gather_ranges_u16, uint16_t, int16_t, 16, short_row)
GATHER_RANGES(static, gather_ranges_u32, uint32_t, int32_t, 8, long_row)

#if defined(__x86_64__)
// The same where a test makes a mask of lanes, and a mask picks them out.
static inline AVX512 __attribute__((always_inline)) size_t gather_wide_of(
    uint32_t *out, size_t *below, const uint32_t *codes, const uint64_t *words, size_t count, const uint32_t *lower,
    const uint32_t *upper, const size_t ranges) {
    __m512i low[REACH_RANGES], high[REACH_RANGES], above[REACH_RANGES];
    for (size_t range = 0; range < ranges; range++) {
        low[range] = _mm512_set1_epi32((int)lower[range]);
        high[range] = _mm512_set1_epi32((int)upper[range]);
        above[range] = _mm512_setzero_si512();
    }
    const __m512i one = _mm512_set1_epi32(1);
    size_t found = 0, taken = 0;
    for (size_t row = 0; row < count; row += WIDE_LANES) {
        uint32_t held = _bzhi_u32(UINT16_MAX, (unsigned)(count - row < WIDE_LANES ? count - row : WIDE_LANES));
        if (words != NULL) held &= (uint32_t)(words[row / WORD_ROWS] >> row % WORD_ROWS);
        reach_prefetch((uintptr_t)(codes + row) + AHEAD_BYTES, 1);
        const __m512i code = _mm512_maskz_loadu_epi32((__mmask16)held, codes + row);
        uint32_t inside = 0;
        for (size_t range = 0; range < ranges; range++) {
            const __mmask16 from = _mm512_mask_cmpge_epu32_mask((__mmask16)held, code, low[range]);
            above[range] = _mm512_mask_add_epi32(above[range], from, above[range], one);
            inside |= _mm512_mask_cmple_epu32_mask(from, code, high[range]);
        }
        const unsigned marked = (unsigned)__builtin_popcount(inside);
        const __m512i picked = _mm512_maskz_compress_epi32((__mmask16)inside, code);
        _mm512_mask_storeu_epi32(out + found, (__mmask16)_bzhi_u32(UINT16_MAX, marked), picked);
        found += marked;
        taken += (size_t)__builtin_popcount(held);
    }
    for (size_t range = 0; range < ranges; range++)
        below[range] += taken - (uint32_t)_mm512_reduce_add_epi32(above[range]);
    return found;
}

static AVX512 size_t gather_wide(
    uint32_t *out, size_t *below, const uint32_t *codes, const uint64_t *words, size_t count, const uint32_t *lower,
    const uint32_t *upper, size_t ranges) {
    switch (ranges) {
    case 1: return gather_wide_of(out, below, codes, words, count, lower, upper, 1);
    case 2: return gather_wide_of(out, below, codes, words, count, lower, upper, 2);
    case 3: return gather_wide_of(out, below, codes, words, count, lower, upper, 3);
    case 4: return gather_wide_of(out, below, codes, words, count, lower, upper, 4);
    default: return gather_wide_of(out, below, codes, words, count, lower, upper, REACH_RANGES);
    }
}
#endif

size_t reach_gather_ranges_u32(
    uint32_t *out, size_t *below, const uint32_t *codes, const uint64_t *words, size_t count, const uint32_t *lower,
    const uint32_t *upper, size_t ranges) {
#if defined(__x86_64__)
    if (lanes_at_hand() == WIDE_LANES) return gather_wide(out, below, codes, words, count, lower, upper, ranges);
#endif
    return gather_ranges_u32(out, below, codes, words, count, lower, upper, ranges);
}

WIDE void reach_lane_range(const int64_t *lanes, size_t count, int64_t *low, int64_t *high) {
    int64_t least = lanes[0], most = lanes[0];
    for (size_t row = 1; row < count; row++) {
        least = lanes[row] < least ? lanes[row] : least;
        most = lanes[row] > most ? lanes[row] : most;
    }
    *low = least;
    *high = most;
}

WIDE size_t reach_count_below(const uint32_t *numbers, size_t count, uint32_t limit) {
    size_t total = 0;
    for (size_t start = 0; start < count; start += SEGMENT_ROWS) {
        size_t end = count - start < SEGMENT_ROWS ? count : start + SEGMENT_ROWS;
        uint32_t below = 0;
        for (size_t place = start; place < end; place++) below += numbers[place] < limit;
        total += below;
    }
    return total;
}

COUNT_BINS(reach_count_bins_u8, uint8_t)
COUNT_BINS(reach_count_bins_u16, uint16_t)
COUNT_BINS(reach_count_bins_u32, uint32_t)
