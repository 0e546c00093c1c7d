#include "CKernels.h"
#include "wide.h"

#include <string.h>

WIDE size_t reach_scan_plain(const uint8_t *bytes, size_t count, size_t start, reach_records *records) {
    const size_t width = records->width;
    const size_t capacity = records->capacity;
    const uint8_t delimiter = records->delimiter;
    uint32_t *const starts = records->starts;
    uint32_t *const ends = records->ends;
    size_t row = records->rows;
    uint32_t line = records->line;
    size_t record = start;
    size_t cell = start;
    // Where the cell that is being read is stored, and where that of the last column of its row is.
    size_t place = row;
    size_t last = (width - 1) * capacity + row;
    if (row == capacity) return start;
    for (size_t base = start; base < count; base += WORD_ROWS) {
        byte_row block;
        if (count - base >= WORD_ROWS) {
            memcpy(&block, bytes + base, WORD_ROWS);
        } else {
            uint8_t rest[WORD_ROWS] = {0};
            memcpy(rest, bytes + base, count - base);
            memcpy(&block, rest, WORD_ROWS);
        }
        uint64_t marks =
            WORD_OF(block == (byte_row)delimiter) | WORD_OF(block == (byte_row)'\n') | WORD_OF(block == (byte_row)'"');
        while (marks) {
            const size_t at = base + (size_t)__builtin_ctzll(marks);
            marks &= marks - 1;
            const uint8_t byte = bytes[at];
            if (byte == delimiter) {
                if (place == last) goto stop;
                starts[place] = (uint32_t)cell;
                ends[place] = (uint32_t)at;
                place += capacity;
                cell = at + 1;
            } else if (byte == '\n') {
                if (place != last) goto stop;
                const size_t end = at > record && bytes[at - 1] == '\r' ? at - 1 : at;
                starts[place] = (uint32_t)cell;
                ends[place] = (uint32_t)(end < cell ? cell : end);
                records->record_starts[row] = (uint32_t)record;
                records->record_ends[row] = (uint32_t)end;
                records->lines[row] = line++;
                row++;
                record = cell = at + 1;
                if (row == capacity) goto stop;
                place = row;
                last++;
            } else {
                goto stop;
            }
        }
    }
stop:
    records->rows = row;
    records->line = line;
    return record;
}

WIDE size_t reach_count_byte(const uint8_t *bytes, size_t count, uint8_t value) {
    size_t total = 0;
    // Counted in a byte before the sum moves on: below 256, and a multiple of what a vector loop takes at once.
    for (size_t start = 0; start < count; start += 192) {
        size_t end = count - start < 192 ? count : start + 192;
        uint8_t found = 0;
        for (size_t at = start; at < end; at++) found = (uint8_t)(found + (bytes[at] == value));
        total += found;
    }
    return total;
}

_Bool reach_collect_cells(
    const uint8_t *bytes, size_t count, const uint32_t *starts, const uint32_t *ends, size_t rows, uint8_t guard,
    uint8_t *out, uint32_t *offsets, uint64_t *missing) {
    size_t written = 0;
    offsets[0] = 0;
    for (size_t row = 0; row < rows; row++) {
        const size_t start = starts[row];
        const size_t length = ends[row] - start;
        if (length == 0) {
            missing[row >> 6] |= (uint64_t)1 << (row & 63);
        } else {
            if (bytes[start] == guard) return 0;
            // A short cell is copied with what follows it, in one go; the next cell is written over that.
            if (length <= REACH_COPY_SLACK && start + REACH_COPY_SLACK <= count) {
                memcpy(out + written, bytes + start, REACH_COPY_SLACK);
            } else {
                memcpy(out + written, bytes + start, length);
            }
        }
        written += length;
        offsets[row + 1] = (uint32_t)written;
    }
    return 1;
}
