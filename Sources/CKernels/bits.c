#include "CKernels.h"
#include "wide.h"

#include <string.h>

enum { BLOCK_WORDS = REACH_PLANE_WORDS };

WIDE void reach_pack_plane(uint64_t *words, const uint8_t *numbers, size_t count, uint8_t plane) {
    const byte_row bit = (byte_row)(uint8_t)(1 << plane);
    size_t whole = count / WORD_ROWS;
    for (size_t word = 0; word < whole; word++) {
        byte_row row;
        memcpy(&row, numbers + word * WORD_ROWS, sizeof row);
        words[word] = WORD_OF((row & bit) != (byte_row)0);
    }
    if (count % WORD_ROWS == 0) return;
    words[whole] = 0;
    for (size_t row = whole * WORD_ROWS; row < count; row++)
        words[whole] |= (uint64_t)(numbers[row] >> plane & 1) << (row % WORD_ROWS);
}

WIDE void reach_unpack_bits(uint8_t *mask, const uint64_t *words, size_t count) {
    size_t whole = count / WORD_ROWS;
    for (size_t word = 0; word < whole; word++) {
        byte_row row = ROW_OF(words[word], byte_row);
        memcpy(mask + word * WORD_ROWS, &row, sizeof row);
    }
    for (size_t row = whole * WORD_ROWS; row < count; row++) mask[row] = words[whole] >> (row % WORD_ROWS) & 1;
}

WIDE size_t reach_count_bits(const uint64_t *words, size_t count) {
    size_t total = 0;
    for (size_t word = 0; word < count; word++) total += (size_t)__builtin_popcountll(words[word]);
    return total;
}

static inline __attribute__((always_inline)) void combine_words(
    uint64_t *restrict out, const uint64_t *restrict words, uint8_t operation, uint64_t flip, size_t count) {
    if (operation == REACH_SET_INTERSECT)
        for (size_t word = 0; word < count; word++) out[word] &= words[word] ^ flip;
    else if (operation == REACH_SET_UNITE)
        for (size_t word = 0; word < count; word++) out[word] |= words[word] ^ flip;
    else
        for (size_t word = 0; word < count; word++) out[word] = words[word] ^ flip;
}

WIDE size_t reach_combine_sets(
    uint64_t *out, const reach_set_step *steps, size_t step_count, uint64_t *stack, size_t first, size_t count) {
    size_t total = 0;
    for (size_t start = 0; start < count; start += REACH_SET_WORDS) {
        size_t words = count - start < REACH_SET_WORDS ? count - start : REACH_SET_WORDS;
        // Where the next set is put.
        uint64_t *free = stack;
        for (const reach_set_step *step = steps; step < steps + step_count; step++) {
            const uint64_t flip = step->is_inverted ? ~UINT64_C(0) : 0;
            const uint64_t *set = step->words == NULL ? NULL : step->words + first + start;
            if (step->operation == REACH_SET_PUT) {
                free += REACH_SET_WORDS;
            } else if (set == NULL) {
                free -= REACH_SET_WORDS;
                set = free;
            }
            uint64_t *top = free - REACH_SET_WORDS;
            if (set != NULL) {
                combine_words(top, set, step->operation, flip, words);
            } else {
                for (size_t word = 0; word < words; word++) top[word] = flip;
            }
        }
        for (size_t word = 0; word < words; word++) total += (size_t)__builtin_popcountll(stack[word]);
        if (out != NULL) memcpy(out + start, stack, words * sizeof *stack);
    }
    return total;
}

void reach_selected_rows(uint32_t *rows, const uint64_t *words, size_t count) {
    for (size_t word = 0; word < count; word++) {
        for (uint64_t left = words[word]; left != 0; left &= left - 1)
            *rows++ = (uint32_t)(word * WORD_ROWS) + (uint32_t)__builtin_ctzll(left);
    }
}

#define NARROW(NAME, TYPE, ROW)                                                                                        \
    WIDE size_t NAME(                                                                                                  \
        uint64_t *words, _Bool is_fresh, const TYPE *values, size_t count, TYPE lower, TYPE width,                     \
        _Bool is_outside) {                                                                                            \
        const uint64_t flip = is_outside ? ~UINT64_C(0) : 0;                                                           \
        size_t total = 0;                                                                                              \
        for (size_t start = 0; start < count; start += WORD_ROWS) {                                                    \
            size_t rows = count - start < WORD_ROWS ? count - start : WORD_ROWS;                                       \
            uint64_t held = ~UINT64_C(0) >> (WORD_ROWS - rows);                                                        \
            if (!is_fresh) held &= words[start / WORD_ROWS];                                                           \
            if (held != 0) {                                                                                           \
                ROW row = (ROW)0;                                                                                      \
                if (rows == WORD_ROWS) memcpy(&row, values + start, sizeof row);                                       \
                else memcpy(&row, values + start, rows * sizeof(TYPE));                                                \
                held &= WORD_OF(row - (ROW)lower <= (ROW)width) ^ flip;                                                \
            }                                                                                                          \
            words[start / WORD_ROWS] = held;                                                                           \
            total += (size_t)__builtin_popcountll(held);                                                               \
        }                                                                                                              \
        return total;                                                                                                  \
    }

NARROW(reach_narrow_u8, uint8_t, byte_row)
NARROW(reach_narrow_u16, uint16_t, short_row)
NARROW(reach_narrow_u32, uint32_t, long_row)

WIDE void reach_leading_bytes(uint8_t *leads, const uint32_t *codes, size_t count, uint32_t shift) {
    for (size_t row = 0; row < count; row++) leads[row] = (uint8_t)(codes[row] >> shift);
}

// Of a word's rows, those whose code lies in the range.
static inline __attribute__((always_inline)) uint64_t
within(uint64_t rows, const uint32_t *codes, size_t count, uint32_t lower, uint32_t width) {
    if ((rows & (rows - 1)) == 0) return codes[__builtin_ctzll(rows)] - lower <= width ? rows : 0;
    long_row row = (long_row)0;
    if (count == WORD_ROWS) memcpy(&row, codes, sizeof row);
    else memcpy(&row, codes, count * sizeof *codes);
    return rows & WORD_OF(row - (long_row)lower <= (long_row)width);
}

WIDE size_t reach_narrow_leads(
    uint64_t *words, _Bool is_fresh, const uint8_t *leads, const uint32_t *codes, size_t count, uint32_t shift,
    uint32_t lower, uint32_t upper, _Bool is_outside) {
    enum { SEGMENT_WORDS = 256, MOST_DOUBTFUL = SEGMENT_WORDS * 3 / 8 };
    const uint64_t flip = is_outside ? ~UINT64_C(0) : 0;
    const uint32_t rest = (UINT32_C(1) << shift) - 1, low = lower >> shift, top = upper >> shift;
    const uint32_t high = top < UINT8_MAX ? top : UINT8_MAX;
    // Bytes all of whose codes lie in the range: `first`..<`end`.
    const uint32_t first = low + ((lower & rest) != 0), end = high + (top > high || (upper & rest) == rest);
    const uint64_t any = first < end ? ~UINT64_C(0) : 0;
    const byte_row low_byte = (byte_row)(uint8_t)low, near = (byte_row)(uint8_t)(high - low);
    const byte_row first_byte = (byte_row)(uint8_t)first, inside = (byte_row)(uint8_t)(end - 1 - first);
    const size_t word_count = (count + WORD_ROWS - 1) / WORD_ROWS;
    size_t total = 0;
    for (size_t segment = 0; segment < word_count; segment += SEGMENT_WORDS) {
        const size_t segment_end = word_count - segment < SEGMENT_WORDS ? word_count : segment + SEGMENT_WORDS;
        // Words with rows whose byte does not tell: what is asked of their codes waits until these had time to come.
        uint64_t doubts[SEGMENT_WORDS];
        uint8_t doubtful[SEGMENT_WORDS];
        size_t doubt_count = 0;
        for (size_t word = segment; word < segment_end; word++) {
            const size_t start = word * WORD_ROWS, rows = count - start < WORD_ROWS ? count - start : WORD_ROWS;
            uint64_t held = ~UINT64_C(0) >> (WORD_ROWS - rows);
            if (!is_fresh) held &= words[word];
            words[word] = held;
            if (held == 0) continue;
            byte_row row = (byte_row)0;
            if (rows == WORD_ROWS) memcpy(&row, leads + start, sizeof row);
            else memcpy(&row, leads + start, rows);
            reach_prefetch((uintptr_t)(leads + start) + AHEAD_BYTES, 1);
            const uint64_t passing = WORD_OF(row - first_byte <= inside) & any;
            const uint64_t doubt = WORD_OF(row - low_byte <= near) & ~passing & held;
            words[word] = held & (passing ^ flip);
            if (doubt == 0) continue;
            reach_prefetch((uintptr_t)(codes + start + __builtin_ctzll(doubt)), 1);
            reach_prefetch((uintptr_t)(codes + start + WORD_ROWS - 1 - __builtin_clzll(doubt)), 1);
            doubts[doubt_count] = doubt;
            doubtful[doubt_count++] = (uint8_t)(word - segment);
        }
        for (size_t place = 0; place < doubt_count; place++) {
            const size_t word = segment + doubtful[place], start = word * WORD_ROWS;
            const size_t rows = count - start < WORD_ROWS ? count - start : WORD_ROWS;
            // A row in doubt was taken to be outside.
            words[word] ^= within(doubts[place], codes + start, rows, lower, upper - lower);
        }
        for (size_t word = segment; word < segment_end; word++) total += (size_t)__builtin_popcountll(words[word]);
        if (doubt_count > MOST_DOUBTFUL && segment_end < word_count) {
            // So many words with rows in doubt that reading all codes costs less.
            const size_t start = segment_end * WORD_ROWS;
            return total + reach_narrow_u32(
                words + segment_end, is_fresh, codes + start, count - start, lower, upper - lower, is_outside);
        }
    }
    return total;
}

#define PLANES(NAME, TYPE, ROW)                                                                                        \
    WIDE void NAME##_planes(uint64_t *planes, const uint8_t *widths, const TYPE *codes, size_t count) {                \
        for (size_t start = 0; start < count; start += WORD_ROWS) {                                                    \
            ROW row = (ROW)0;                                                                                          \
            memcpy(&row, codes + start, (count - start < WORD_ROWS ? count - start : WORD_ROWS) * sizeof(TYPE));       \
            size_t width = widths[start / REACH_PLANE_ROWS];                                                           \
            size_t word = start % REACH_PLANE_ROWS / WORD_ROWS;                                                        \
            for (size_t bit = 0; bit < width; bit++)                                                                   \
                planes[bit * BLOCK_WORDS + word] = WORD_OF((row & (ROW)(TYPE)(1u << bit)) != (ROW)0);                  \
            if (word == BLOCK_WORDS - 1) planes += width * BLOCK_WORDS;                                                \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    WIDE void NAME##_codes(TYPE *codes, const uint64_t *planes, const uint8_t *widths, size_t count) {                 \
        for (size_t start = 0; start < count; start += WORD_ROWS) {                                                    \
            size_t width = widths[start / REACH_PLANE_ROWS];                                                           \
            size_t word = start % REACH_PLANE_ROWS / WORD_ROWS;                                                        \
            ROW row = (ROW)0;                                                                                          \
            for (size_t bit = 0; bit < width; bit++)                                                                   \
                row |= ROW_OF(planes[bit * BLOCK_WORDS + word], ROW) << (ROW)(TYPE)bit;                                \
            memcpy(codes + start, &row, (count - start < WORD_ROWS ? count - start : WORD_ROWS) * sizeof(TYPE));       \
            if (word == BLOCK_WORDS - 1) planes += width * BLOCK_WORDS;                                                \
        }                                                                                                              \
    }

PLANES(reach_u8, uint8_t, byte_row)
PLANES(reach_u16, uint16_t, short_row)

// A plane of a block, or what is known of its rows: a bit each.
typedef uint64_t block_row __attribute__((ext_vector_type(BLOCK_WORDS)));

// From the lowest bit up, whether what was seen of a code is at least what was seen of the bound: a bit that the bound has must be there, one
// that it has not may be. Planes below the bound's lowest bit say nothing and are not read.
static inline __attribute__((always_inline)) void
at_least(block_row *held, const uint64_t *planes, size_t width, uint32_t bound) {
    if (bound >> width != 0) {
        *held = (block_row)0;
        return;
    }
    *held = ~(block_row)0;
    if (bound == 0) return;
    for (size_t bit = (size_t)__builtin_ctz(bound); bit < width; bit++) {
        block_row plane;
        memcpy(&plane, planes + bit * BLOCK_WORDS, sizeof plane);
        if (bound >> bit & 1) *held &= plane;
        else *held |= plane;
    }
}

static inline __attribute__((always_inline)) void
equal(block_row *held, const uint64_t *planes, size_t width, uint32_t code) {
    *held = code >> width == 0 ? ~(block_row)0 : (block_row)0;
    for (size_t bit = 0; bit < width; bit++) {
        block_row plane;
        memcpy(&plane, planes + bit * BLOCK_WORDS, sizeof plane);
        if (code >> bit & 1) *held &= plane;
        else *held &= ~plane;
    }
}

static inline __attribute__((always_inline)) void
in_range(block_row *held, const uint64_t *planes, size_t width, uint32_t lower, uint32_t upper) {
    if (lower == upper) return equal(held, planes, width, lower);
    at_least(held, planes, width, lower);
    // No code of the block is above what its planes can hold.
    if ((upper + 1) >> width == 0) {
        block_row above;
        at_least(&above, planes, width, upper + 1);
        *held &= ~above;
    }
}

WIDE size_t reach_narrow_planes(
    uint64_t *words, _Bool is_fresh, const uint64_t *planes, const uint8_t *widths, size_t count, uint32_t lower,
    uint32_t upper, _Bool is_outside) {
    const uint64_t flip = is_outside ? ~UINT64_C(0) : 0;
    size_t total = 0;
    size_t whole = count / REACH_PLANE_ROWS;
    for (size_t block = 0; block < whole; block++) {
        uint64_t *out = words + block * BLOCK_WORDS;
        const uint64_t *own = planes;
        planes += widths[block] * BLOCK_WORDS;
        reach_prefetch((uintptr_t)own + AHEAD_BYTES, widths[block] * sizeof(block_row));
        block_row before = ~(block_row)0, held;
        if (!is_fresh) {
            memcpy(&before, out, sizeof before);
            if (!__builtin_reduce_or(before)) continue;
        }
        in_range(&held, own, widths[block], lower, upper);
        held = before & (held ^ flip);
        memcpy(out, &held, sizeof held);
        for (size_t word = 0; word < BLOCK_WORDS; word++) total += (size_t)__builtin_popcountll(out[word]);
    }
    size_t rest = count % REACH_PLANE_ROWS;
    if (rest > 0) {
        block_row held;
        in_range(&held, planes, widths[whole], lower, upper);
        held ^= flip;
        for (size_t word = 0; word * WORD_ROWS < rest; word++) {
            size_t rows = rest - word * WORD_ROWS;
            if (rows < WORD_ROWS) held[word] &= (UINT64_C(1) << rows) - 1;
            if (!is_fresh) held[word] &= words[whole * BLOCK_WORDS + word];
            words[whole * BLOCK_WORDS + word] = held[word];
            total += (size_t)__builtin_popcountll(held[word]);
        }
    }
    return total;
}

// The rows of a block that pass all tests; goes on to the next block.
static inline __attribute__((always_inline)) void passing(
    block_row *held, const uint64_t **planes, const reach_plane_test *tests, size_t test_count, size_t block,
    size_t words) {
    *held = ~(block_row)0;
    for (size_t test = 0; test < test_count; test++) {
        const size_t width = tests[test].widths[block];
        const uint64_t *own = planes[test];
        planes[test] += width * BLOCK_WORDS;
        reach_prefetch((uintptr_t)own + AHEAD_BYTES, width * sizeof *held);
        if (!__builtin_reduce_or(*held)) continue;
        block_row found;
        in_range(&found, own, width, tests[test].lower, tests[test].upper);
        *held &= tests[test].is_outside ? ~found : found;
        if (tests[test].missing != NULL) {
            block_row missing = (block_row)0;
            const uint64_t *from = tests[test].missing + block * BLOCK_WORDS;
            if (words == BLOCK_WORDS) memcpy(&missing, from, sizeof missing);
            else memcpy(&missing, from, words * sizeof *from);
            *held &= ~missing;
        }
    }
}

WIDE size_t reach_scan_planes(
    uint64_t *held, const reach_plane_test *tests, size_t test_count, size_t count, const uint64_t *const *next,
    size_t next_count) {
    const uint64_t *planes[REACH_PLANE_TESTS];
    for (size_t test = 0; test < test_count; test++) planes[test] = tests[test].planes;
    const size_t whole = count / REACH_PLANE_ROWS, rest = count % REACH_PLANE_ROWS;
    size_t total = 0;
    block_row found;
    for (size_t block = 0; block < whole; block++) {
        for (size_t place = 0; place < next_count; place++) __builtin_prefetch(next[place] + block * BLOCK_WORDS);
        passing(&found, planes, tests, test_count, block, BLOCK_WORDS);
        if (held != NULL) memcpy(held + block * BLOCK_WORDS, &found, sizeof found);
        for (size_t word = 0; word < BLOCK_WORDS; word++) total += (size_t)__builtin_popcountll(found[word]);
    }
    if (rest > 0) {
        const size_t words = (rest + WORD_ROWS - 1) / WORD_ROWS;
        passing(&found, planes, tests, test_count, whole, words);
        if (rest % WORD_ROWS != 0) found[words - 1] &= (UINT64_C(1) << rest % WORD_ROWS) - 1;
        if (held != NULL) memcpy(held + whole * BLOCK_WORDS, &found, words * sizeof *held);
        for (size_t word = 0; word < words; word++) total += (size_t)__builtin_popcountll(found[word]);
    }
    return total;
}
