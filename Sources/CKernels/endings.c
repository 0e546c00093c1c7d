#define _GNU_SOURCE

#include "CKernels.h"

#include <string.h>

// Places for four times as many endings as there may be: probes stay short.
enum { ENDING_SLOTS = 4 * REACH_ENDINGS, NO_CODE = UINT16_MAX };

static inline uint64_t ending_hash(const uint8_t *ending, size_t length) {
    uint64_t head = 0, tail = 0;
    if (length >= sizeof head) {
        memcpy(&head, ending, sizeof head);
        memcpy(&tail, ending + length - sizeof tail, sizeof tail);
    } else {
        memcpy(&head, ending, length);
    }
    uint64_t mixed = (head ^ length) * UINT64_C(0x9E3779B97F4A7C15);
    mixed = ((mixed >> 32 ^ mixed) + tail) * UINT64_C(0xD6E8FEB86659FD93);
    return mixed >> 32;
}

size_t reach_split_endings(
    uint8_t *codes, uint32_t *stem_offsets, uint8_t *stems, uint32_t *starts, uint32_t *lengths, const uint8_t *text,
    const uint32_t *offsets, size_t rows) {
    uint16_t slots[ENDING_SLOTS];
    for (size_t slot = 0; slot < ENDING_SLOTS; slot++) slots[slot] = NO_CODE;
    size_t count = 0;
    uint32_t end = 0;
    stem_offsets[0] = 0;
    for (size_t row = 0; row < rows; row++) {
        const uint8_t *start = text + offsets[row];
        size_t length = offsets[row + 1] - offsets[row];
        const uint8_t *mark = length == 0 ? NULL : memrchr(start, '@', length);
        size_t stem = mark == NULL ? length : (size_t)(mark - start);
        const uint8_t *ending = start + stem;
        size_t rest = length - stem;
        size_t slot = ending_hash(ending, rest) % ENDING_SLOTS;
        uint16_t code;
        while ((code = slots[slot]) != NO_CODE &&
               (lengths[code] != rest || memcmp(text + starts[code], ending, rest) != 0))
            slot = (slot + 1) % ENDING_SLOTS;
        if (code == NO_CODE) {
            if (count == REACH_ENDINGS) return 0;
            code = slots[slot] = (uint16_t)count;
            starts[count] = (uint32_t)(ending - text);
            lengths[count++] = (uint32_t)rest;
        }
        codes[row] = (uint8_t)code;
        memcpy(stems + end, start, stem);
        end += (uint32_t)stem;
        stem_offsets[row + 1] = end;
    }
    return count;
}

void reach_join_endings(
    uint8_t *text, uint32_t *offsets, const uint8_t *stems, const uint32_t *stem_offsets, const uint8_t *codes,
    const uint8_t *endings, const uint32_t *ending_offsets, size_t rows) {
    uint32_t end = 0;
    offsets[0] = 0;
    for (size_t row = 0; row < rows; row++) {
        size_t stem = stem_offsets[row + 1] - stem_offsets[row];
        size_t from = ending_offsets[codes[row]], rest = ending_offsets[codes[row] + 1] - from;
        memcpy(text + end, stems + stem_offsets[row], stem);
        memcpy(text + end + stem, endings + from, rest);
        end += (uint32_t)(stem + rest);
        offsets[row + 1] = end;
    }
}
