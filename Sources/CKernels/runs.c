#include "CKernels.h"
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

// Set bits before a row, whose word is there.
static inline __attribute__((always_inline)) uint32_t
marks_before(const uint64_t *bits, const uint32_t *before, uint32_t row) {
    const uint64_t earlier = bits[row / WORD_ROWS] & ((UINT64_C(1) << row % WORD_ROWS) - 1);
    return before[row / WORD_ROWS] + (uint32_t)__builtin_popcountll(earlier);
}

WIDE size_t reach_narrow_run_counts(
    uint8_t *mask, const uint32_t *offsets, size_t customers, const uint64_t *bits, uint32_t *before, size_t words,
    uint32_t lower, uint32_t width) {
    uint32_t marks = 0;
    for (size_t word = 0; word < words; word++) {
        before[word] = marks;
        marks += (uint32_t)__builtin_popcountll(bits[word]);
    }
    size_t left = 0, customer = 0;
    for (; customer + WORD_ROWS <= customers; customer += WORD_ROWS) {
        const uint32_t *own = offsets + customer;
        // Behind the last row there may be no word.
        if (own[WORD_ROWS] / WORD_ROWS == words) break;
        byte_row row;
        memcpy(&row, mask + customer, sizeof row);
        const uint64_t held = WORD_OF(row != (byte_row)0);
        if (held == 0) continue;
        reach_prefetch((uintptr_t)own + AHEAD_BYTES, WORD_ROWS * sizeof *own);
        uint32_t ranks[WORD_ROWS + 1];
        // Row by row: a count of bits is one instruction, while picking words out for several rows at once is not.
#pragma clang loop vectorize(disable) unroll_count(4)
        for (size_t place = 0; place <= WORD_ROWS; place++) ranks[place] = marks_before(bits, before, own[place]);
        long_row from, through;
        memcpy(&from, ranks, sizeof from);
        memcpy(&through, ranks + 1, sizeof through);
        const uint64_t kept = held & WORD_OF(through - from - (long_row)lower <= (long_row)width);
        row = ROW_OF(kept, byte_row);
        memcpy(mask + customer, &row, sizeof row);
        left += (size_t)__builtin_popcountll(kept);
    }
    return left + narrow_runs(mask, offsets, customer, customers, bits, lower, width);
}

size_t reach_narrow_run_ends(
    uint8_t *mask, const uint32_t *offsets, size_t customers, const uint8_t *leads, const uint32_t *codes, uint32_t place,
    uint8_t low, uint32_t lower) {
    size_t left = 0;
    uint32_t start = offsets[0];
    for (size_t customer = 0; customer < customers; customer++) {
        const uint32_t end = offsets[customer + 1];
        // No branch on what nobody could foresee.
        const uint32_t has_row = end - start >= place, row = (end - place) & -has_row;
        const uint8_t lead = leads[row];
        uint32_t passes = lead > low;
        if (lead == low) passes = codes[row] >= lower;
        mask[customer] &= (uint8_t)(passes & has_row);
        left += mask[customer];
        start = end;
    }
    return left;
}
