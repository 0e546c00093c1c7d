// Loops that gain from instructions wider than every x86-64 has: each is compiled for the plain machine and for AVX2, and the first call
// chooses. What they do is said at their Swift callers in ReachKernels.
#ifndef CKERNELS_H
#define CKERNELS_H

#include <stddef.h>
#include <stdint.h>

/// Keeps the marks of the `count` rows whose value minus `lower`, unsigned, is at most `width`; gives how many are left.
size_t reach_narrow_u8(uint8_t *mask, const uint8_t *values, size_t count, uint8_t lower, uint8_t width);
size_t reach_narrow_u16(uint8_t *mask, const uint16_t *values, size_t count, uint16_t lower, uint16_t width);
size_t reach_narrow_u32(uint8_t *mask, const uint32_t *values, size_t count, uint32_t lower, uint32_t width);

/// The same of all rows: writes a mark, 0 or 1, for each.
size_t reach_mark_u8(uint8_t *mask, const uint8_t *values, size_t count, uint8_t lower, uint8_t width);
size_t reach_mark_u16(uint8_t *mask, const uint16_t *values, size_t count, uint16_t lower, uint16_t width);
size_t reach_mark_u32(uint8_t *mask, const uint32_t *values, size_t count, uint32_t lower, uint32_t width);

/// Marks the places at which `one[place] | case_one` is `want_one` and `two[place] | case_two` is `want_two`, of `blocks` blocks of 64
/// places each, and says of each block whether there is any.
void reach_probe(
    uint8_t *marks, uint8_t *any, const uint8_t *one, const uint8_t *two, size_t blocks, uint8_t want_one,
    uint8_t case_one, uint8_t want_two, uint8_t case_two);

/// How many of the `count` rows are in a slot; with a mask, of those that are marked in it.
size_t reach_count_slot(const uint8_t *slots, size_t count, uint8_t slot);
size_t reach_count_marked_slot(const uint8_t *slots, const uint8_t *mask, size_t count, uint8_t slot);

/// Adds `codes << shift` to the slots.
void reach_add_shifted(uint8_t *slots, const uint8_t *codes, size_t count, uint8_t shift);

/// Adds to each slot `factor` times how many of the four cuts its lane is above.
void reach_add_scores(uint8_t *slots, const int64_t *lanes, size_t count, const int64_t *cuts, uint8_t factor);

/// The sum of the codes of each customer's rows `offsets[customer]..<offsets[customer + 1]`; there are `rows` codes.
void reach_run_sums_u8(int64_t *sums, const uint32_t *offsets, size_t customers, const uint8_t *codes, size_t rows);
void reach_run_sums_u16(int64_t *sums, const uint32_t *offsets, size_t customers, const uint16_t *codes, size_t rows);
void reach_run_sums_u32(int64_t *sums, const uint32_t *offsets, size_t customers, const uint32_t *codes, size_t rows);

/// Where a scan of delimited records is, and where it puts what it finds: the cell of `row` in `column` is
/// `starts[column * capacity + row] ..< ends[column * capacity + row]`.
typedef struct {
    size_t width;
    size_t capacity;
    size_t rows;
    /// Lines before the next record.
    uint32_t line;
    uint8_t delimiter;
    uint32_t *starts;
    uint32_t *ends;
    uint32_t *record_starts;
    uint32_t *record_ends;
    uint32_t *lines;
} reach_records;

/// Finds records from the byte `start` on, where one starts, as long as they are plain: `width` cells, no quote, LF or CR LF at the end.
/// Stops where the next one is not, or is not whole, or where there is no room for it; gives the byte where that one starts.
size_t reach_scan_plain(const uint8_t *bytes, size_t count, size_t start, reach_records *records);

/// Copies the cells together: `out` has room for all their bytes and `REACH_COPY_SLACK` more, `offsets` for a row more than there are. Sets a bit of
/// `missing`, which is zeroed, for each empty cell. Gives false, having done part of it, where a cell starts with `guard`.
enum { REACH_COPY_SLACK = 32 };
_Bool reach_collect_cells(
    const uint8_t *bytes, size_t count, const uint32_t *starts, const uint32_t *ends, size_t rows, uint8_t guard,
    uint8_t *out, uint32_t *offsets, uint64_t *missing);

/// How many of the bytes are `value`.
size_t reach_count_byte(const uint8_t *bytes, size_t count, uint8_t value);

/// Asks for large pages behind the bytes, which nobody has touched yet: looking up at random then waits less for memory.
void reach_prefer_large_pages(void *bytes, size_t count);

#endif
