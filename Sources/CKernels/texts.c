#include "CKernels.h"
#include "wide.h"

#include <string.h>

WIDE void reach_probe(uint64_t *marks, const uint8_t *text, size_t words, const reach_probes *probes) {
    for (size_t word = 0; word < words; word++) {
        byte_row met = ~(byte_row)0;
        for (size_t probe = 0; probe < REACH_PROBES; probe++) {
            byte_row row;
            memcpy(&row, text + word * WORD_ROWS + probes->offset[probe], sizeof row);
            met &= (byte_row)((row | (byte_row)probes->case_bits[probe]) == (byte_row)probes->byte[probe]);
        }
        marks[word] = WORD_OF(met != (byte_row)0);
    }
}

// Eight bytes from `place` on, of which those beyond the text are 0.
static inline uint64_t load(const uint8_t *text, size_t count, size_t place) {
    uint64_t word = 0;
    if (place + sizeof word <= count) {
        memcpy(&word, text + place, sizeof word);
    } else {
        for (size_t byte = 0; place + byte < count; byte++) word |= (uint64_t)text[place + byte] << 8 * byte;
    }
    return word;
}

size_t reach_narrow_affix(
    uint64_t *words, _Bool is_fresh, const uint8_t *text, size_t count, const uint32_t *offsets, size_t rows,
    _Bool at_end, uint32_t length, uint64_t want, uint64_t case_bits, uint64_t kept) {
    size_t total = 0;
    for (size_t start = 0; start < rows; start += WORD_ROWS) {
        size_t end = rows - start < WORD_ROWS ? rows : start + WORD_ROWS;
        uint64_t held = is_fresh ? ~UINT64_C(0) : words[start / WORD_ROWS];
        uint64_t marks = 0;
        if (held != 0) {
            for (size_t row = start; row < end; row++) {
                size_t from = offsets[row], to = offsets[row + 1];
                uint64_t bytes = !at_end      ? load(text, count, from)
                                 : to >= 8 ? load(text, count, to - 8)
                                           : load(text, count, 0) << 8 * (8 - to);
                uint64_t mark = (uint64_t)(to - from >= length) & (uint64_t)(((bytes | case_bits) & kept) == want);
                marks |= mark << (row - start);
            }
        }
        marks &= held;
        words[start / WORD_ROWS] = marks;
        total += (size_t)__builtin_popcountll(marks);
    }
    return total;
}
