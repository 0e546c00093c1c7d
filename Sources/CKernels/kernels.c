#include "CKernels.h"
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

#define GATHER_RANGE(NAME, TYPE, ROW)                                                                                  \
    WIDE size_t NAME(                                                                                                  \
        TYPE *out, size_t *below, const TYPE *codes, const uint64_t *words, size_t count, TYPE lower, TYPE upper) {    \
        size_t found = 0, under = 0;                                                                                   \
        for (size_t start = 0; start < count; start += WORD_ROWS) {                                                    \
            size_t rows = count - start < WORD_ROWS ? count - start : WORD_ROWS;                                       \
            uint64_t held = ~UINT64_C(0) >> (WORD_ROWS - rows);                                                        \
            if (words != NULL) held &= words[start / WORD_ROWS];                                                       \
            if (held == 0) continue;                                                                                   \
            ROW row = (ROW)0;                                                                                          \
            if (rows == WORD_ROWS) memcpy(&row, codes + start, sizeof row);                                            \
            else memcpy(&row, codes + start, rows * sizeof(TYPE));                                                     \
            uint64_t reached = held & WORD_OF(row >= (ROW)lower);                                                      \
            under += (size_t)__builtin_popcountll(held ^ reached);                                                     \
            uint64_t inside = reached & WORD_OF(row <= (ROW)upper);                                                    \
            for (; inside != 0; inside &= inside - 1) out[found++] = codes[start + (size_t)__builtin_ctzll(inside)];   \
        }                                                                                                              \
        *below += under;                                                                                               \
        return found;                                                                                                  \
    }

GATHER_RANGE(reach_gather_range_u16, uint16_t, short_row)
GATHER_RANGE(reach_gather_range_u32, uint32_t, long_row)

COUNT_BINS(reach_count_bins_u8, uint8_t)
COUNT_BINS(reach_count_bins_u16, uint16_t)
COUNT_BINS(reach_count_bins_u32, uint32_t)
