#include "CKernels.h"

#if defined(__x86_64__)
#define WIDE __attribute__((target_clones("default", "avx2")))
#else
#define WIDE
#endif

// Rows are counted in a byte before the sum moves on: below 256, and a multiple of what a vector loop takes at once.
enum { COUNTED_ROWS = 192 };

#define NARROW(NAME, TYPE, KEPT)                                                                                       \
    WIDE size_t NAME(uint8_t *mask, const TYPE *values, size_t count, TYPE lower, TYPE width) {                        \
        size_t total = 0;                                                                                              \
        for (size_t start = 0; start < count; start += COUNTED_ROWS) {                                                 \
            size_t end = count - start < COUNTED_ROWS ? count : start + COUNTED_ROWS;                                  \
            uint8_t left = 0;                                                                                          \
            for (size_t row = start; row < end; row++) {                                                               \
                uint8_t mark = (uint8_t)((TYPE)(values[row] - lower) <= width) & (KEPT);                               \
                mask[row] = mark;                                                                                      \
                left = (uint8_t)(left + mark);                                                                         \
            }                                                                                                          \
            total += left;                                                                                             \
        }                                                                                                              \
        return total;                                                                                                  \
    }

NARROW(reach_narrow_u8, uint8_t, mask[row])
NARROW(reach_narrow_u16, uint16_t, mask[row])
NARROW(reach_narrow_u32, uint32_t, mask[row])
NARROW(reach_mark_u8, uint8_t, 1)
NARROW(reach_mark_u16, uint16_t, 1)
NARROW(reach_mark_u32, uint32_t, 1)

WIDE void reach_probe(
    uint8_t *restrict marks, uint8_t *restrict any, const uint8_t *one, const uint8_t *two, size_t blocks,
    uint8_t want_one, uint8_t case_one, uint8_t want_two, uint8_t case_two) {
    for (size_t block = 0; block < blocks; block++) {
        uint8_t met = 0;
        for (size_t place = 64 * block; place < 64 * block + 64; place++) {
            uint8_t mark = (uint8_t)((uint8_t)(one[place] | case_one) == want_one) &
                           (uint8_t)((uint8_t)(two[place] | case_two) == want_two);
            marks[place] = mark;
            met |= mark;
        }
        any[block] = met;
    }
}

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
