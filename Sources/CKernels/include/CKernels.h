// Loops that gain from instructions wider than every x86-64 has: each is compiled for the plain machine and for AVX2, and the first call
// chooses. What they do is said at their Swift callers in ReachKernels.
#ifndef CKERNELS_H
#define CKERNELS_H

#include <stddef.h>
#include <stdint.h>

/// Keeps the bits of the `count` rows whose value minus `lower`, unsigned, is at most `width`, or of all others; gives how many are left. Fresh words
/// may hold anything and stand for every row.
size_t reach_narrow_u8(
    uint64_t *words, _Bool is_fresh, const uint8_t *values, size_t count, uint8_t lower, uint8_t width, _Bool is_outside);
size_t reach_narrow_u16(
    uint64_t *words, _Bool is_fresh, const uint16_t *values, size_t count, uint16_t lower, uint16_t width, _Bool is_outside);
size_t reach_narrow_u32(
    uint64_t *words, _Bool is_fresh, const uint32_t *values, size_t count, uint32_t lower, uint32_t width, _Bool is_outside);

/// The byte that is left of each code without its lowest `shift` bits; no code has more than that.
void reach_leading_bytes(uint8_t *leads, const uint32_t *codes, size_t count, uint32_t shift);

/// What `reach_narrow_u32` does, by the codes' leading bytes: a code is read only where its byte does not tell. `upper` is no less than `lower`.
size_t reach_narrow_leads(
    uint64_t *words, _Bool is_fresh, const uint8_t *leads, const uint32_t *codes, size_t count, uint32_t shift,
    uint32_t lower, uint32_t upper, _Bool is_outside);

/// Writes the positions of the set bits, ascending, to `rows`, which has room for them.
void reach_selected_rows(uint32_t *rows, const uint64_t *words, size_t count);

/// A needle of `length` bytes, 1 at least: a byte of a text with the byte's `case_bits` set has to be the needle's. Three places of it, its rarest
/// characters, are looked at first; a needle of up to three bytes has all of them among the three.
enum { REACH_PROBES = 3 };
typedef struct {
    const uint8_t *bytes;
    const uint8_t *case_bits;
    size_t length;
    size_t probes[REACH_PROBES];
} reach_needle;

/// Sets a bit for each of the rows `offsets[row]..<offsets[row + 1]` of the text in which the needle stands. `marks` is room for a bit per byte of
/// the rows and 128 more.
void reach_find_needle(
    uint64_t *found, uint64_t *marks, const uint8_t *text, const uint32_t *offsets, size_t rows,
    const reach_needle *needle);

/// Keeps the bits of the rows `offsets[row]..<offsets[row + 1]` of the text that are `length` bytes long at least and whose first eight bytes, or
/// last eight, are `want` in the bits of `kept` once `case_bits` are set, the first byte lowest; gives how many are left. Nothing outside of the
/// `count` bytes of text is read: what is missing of eight bytes counts as 0.
size_t reach_narrow_affix(
    uint64_t *words, _Bool is_fresh, const uint8_t *text, size_t count, const uint32_t *offsets, size_t rows,
    _Bool at_end, uint32_t length, uint64_t want, uint64_t case_bits, uint64_t kept);

/// Keeps the bits of the rows that begin, or end, with the needle, all being as long as it; gives how many are left.
size_t reach_keep_affix(
    uint64_t *words, const uint8_t *text, const uint32_t *offsets, size_t word_count, _Bool at_end,
    const reach_needle *needle);

/// The smallest and the largest of the lanes, of which there is one at least.
void reach_lane_range(const int64_t *lanes, size_t count, int64_t *low, int64_t *high);

/// How many numbers are below the limit.
size_t reach_count_below(const uint32_t *numbers, size_t count, uint32_t limit);

/// Adds one to the bin `(offset + step * code) >> shift` of each row, or the row's mark where there are marks. There are `bin_count` bins,
/// `REACH_BINS` at most, and every row has one.
enum { REACH_BINS = 2048 };
void reach_count_bins_u8(
    uint32_t *bins, size_t bin_count, const uint8_t *codes, const uint8_t *marks, size_t count, uint32_t offset,
    uint32_t step, uint32_t shift);
void reach_count_bins_u16(
    uint32_t *bins, size_t bin_count, const uint16_t *codes, const uint8_t *marks, size_t count, uint32_t offset,
    uint32_t step, uint32_t shift);
void reach_count_bins_u32(
    uint32_t *bins, size_t bin_count, const uint32_t *codes, const uint8_t *marks, size_t count, uint32_t offset,
    uint32_t step, uint32_t shift);

/// Adds `one` and the code of each held row to the figure of its slot: figures are two tables of `REACH_SLOTS`, to be added up. Bits past the last of
/// the `count` rows are not set; without words every row is held.
enum { REACH_SLOTS = 256 };
void reach_slot_figures_u16(
    uint64_t *figures, const uint8_t *slots, const uint16_t *codes, const uint64_t *words, size_t count, uint64_t one);
void reach_slot_figures_u32(
    uint64_t *figures, const uint8_t *slots, const uint32_t *codes, const uint64_t *words, size_t count, uint64_t one);

/// Writes the held codes in any of the ranges, in the order of rows, and adds to `below` how many held codes are below each range; gives how many
/// it wrote. Ranges are `lower[range]` through `upper[range]`, ascending, without a code in common; an empty one ends just before it begins. There
/// are 1 to `REACH_RANGES`, and `out` has room for three codes more than there are. Without words every row is held.
enum { REACH_RANGES = 5 };
size_t reach_gather_ranges_u16(
    uint16_t *out, size_t *below, const uint16_t *codes, const uint64_t *words, size_t count, const uint16_t *lower,
    const uint16_t *upper, size_t ranges);
size_t reach_gather_ranges_u32(
    uint32_t *out, size_t *below, const uint32_t *codes, const uint64_t *words, size_t count, const uint32_t *lower,
    const uint32_t *upper, size_t ranges);

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

/// Writes bit `plane` of each number, 64 to a word, least significant first; bits past the last number are 0. Plane 0 of a mask of bytes 0 and 1 is its
/// bits, which the next one turns back into a mask.
void reach_pack_plane(uint64_t *words, const uint8_t *numbers, size_t count, uint8_t plane);
void reach_unpack_bits(uint8_t *mask, const uint64_t *words, size_t count);
size_t reach_count_bits(const uint64_t *words, size_t count);

/// A step of working out a set over a stack of sets: `words`, or what is not in them, is put on top, or combined with what is there. Without words a set
/// without rows is put, or the set on top is taken off and combined with the one below.
typedef struct {
    const uint64_t *words;
    uint8_t operation;
    _Bool is_inverted;
} reach_set_step;
enum { REACH_SET_PUT, REACH_SET_INTERSECT, REACH_SET_UNITE };

/// How many bits are set among the words `first..<first + count` of what the steps leave on top; where `out` is given, the words themselves are written.
/// `stack` has room for `REACH_SET_WORDS` words for each set that is on the stack at a time.
enum { REACH_SET_WORDS = 128 };
size_t reach_combine_sets(
    uint64_t *out, const reach_set_step *steps, size_t step_count, uint64_t *stack, size_t first, size_t count);

/// Codes as planes of bits: a block has the codes of `REACH_PLANE_ROWS` rows, as many planes after one another as `widths` says for it, the lowest bit
/// first, in each a bit per row, `REACH_PLANE_WORDS` words. Every code of a block has its bits among the block's planes; `planes` hold whole blocks,
/// `count` is of rows.
enum { REACH_PLANE_ROWS = 512, REACH_PLANE_WORDS = REACH_PLANE_ROWS / 64 };
void reach_u8_planes(uint64_t *planes, const uint8_t *widths, const uint8_t *codes, size_t count);
void reach_u16_planes(uint64_t *planes, const uint8_t *widths, const uint16_t *codes, size_t count);
void reach_u8_codes(uint8_t *codes, const uint64_t *planes, const uint8_t *widths, size_t count);
void reach_u16_codes(uint16_t *codes, const uint64_t *planes, const uint8_t *widths, size_t count);

/// Keeps the bits of the rows whose code is in, or outside of, `lower`...`upper`; gives how many are left. Fresh words may hold anything and stand for
/// every row.
size_t reach_narrow_planes(
    uint64_t *words, _Bool is_fresh, const uint64_t *planes, const uint8_t *widths, size_t count, uint32_t lower,
    uint32_t upper, _Bool is_outside);

/// A question about each row of a chunk: whether its code is in, or outside of, `lower`...`upper`. Rows that are set in `missing`, if there is any, do
/// not pass.
typedef struct {
    const uint64_t *planes;
    const uint8_t *widths;
    const uint64_t *missing;
    uint32_t lower, upper;
    _Bool is_outside;
} reach_plane_test;

/// Writes the bits of the `count` rows that pass all tests, of which there are `REACH_PLANE_TESTS` at most, to `held`, if that is given; gives how many
/// pass. What will be asked of the rows next, a bit each, is fetched meanwhile.
enum { REACH_PLANE_TESTS = 8 };
size_t reach_scan_planes(
    uint64_t *held, const reach_plane_test *tests, size_t test_count, size_t count, const uint64_t *const *next,
    size_t next_count);

/// Keeps the marks of the customers of whose rows `offsets[customer]..<offsets[customer + 1]` `lower` to `lower + width` have their bit set; gives
/// how many are left. `before` is room for a number per word.
size_t reach_narrow_run_counts(
    uint8_t *mask, const uint32_t *offsets, size_t customers, const uint64_t *bits, uint32_t *before, size_t words,
    uint32_t lower, uint32_t width);

/// Keeps the marks of the customers whose code `place` from the end of their rows, 1 being the last, is at least `lower`, which begins with `low`; gives
/// how many are left. There is a row.
size_t reach_narrow_run_ends(
    uint8_t *mask, const uint32_t *offsets, size_t customers, const uint8_t *leads, const uint32_t *codes, uint32_t place,
    uint8_t low, uint32_t lower);

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

/// Asks the system for pages of 2 MB for what the heap has grown by since the last call. Cheap where it has not grown.
void reach_use_large_pages(void);

/// How many of the bytes are `value`.
size_t reach_count_byte(const uint8_t *bytes, size_t count, uint8_t value);

/// Asks for large pages behind the bytes, which nobody has touched yet: looking up at random then waits less for memory.
void reach_prefer_large_pages(void *bytes, size_t count);

/// Periods of the codes of a chunk, the chunk's first being 0. `code * scale + shift`, cut to a whole number, is a code's period or the one
/// before, and that one's last code tells which. Codes are below 2^31.
enum { REACH_CHUNK_PERIODS = 32, REACH_COHORT_PERIODS = 64 };
typedef struct {
    uint32_t last_codes[REACH_CHUNK_PERIODS];
    float scale;
    float shift;
    /// Which of all periods the chunk's first is.
    uint32_t first;
} reach_periods;

/// Adds the customers to the cells of cohorts: each to `sizes[first]` and to `cells[first * REACH_COHORT_PERIODS + period]` for the periods that
/// their rows `offsets[customer]..<offsets[customer + 1]` lie in, `first` being the first of these. Without members everybody is taken, without
/// rows every row.
void reach_add_cohorts(
    int64_t *sizes, int64_t *cells, const uint32_t *offsets, size_t customers, const uint8_t *members,
    const uint32_t *codes, const uint8_t *rows, const reach_periods *periods);

/// Adds to the counts, an entry per code, how many of the rows marked in `members` have it: bit i of a code is the row's bit of question i.
/// There are `word_count` words per question, or more, and `REACH_CODE_QUESTIONS` questions at most.
enum { REACH_CODE_QUESTIONS = 15 };
void reach_count_codes(
    size_t *counts, const uint64_t *const *questions, size_t question_count, const uint64_t *members,
    size_t word_count);

/// Keeps the bits of the rows whose code has a flag in the table of 256 entries, each 0 or 1; gives how many are left.
size_t reach_narrow_class(uint64_t *words, _Bool is_fresh, const uint8_t *codes, size_t count, const uint8_t *table);

/// Cuts each text at its last `@`: its code of the ending that begins there, empty where there is no `@`; the stems one after another, and where each
/// ends. Writes where the text of each ending first stands, and how long it is; gives how many there are, or 0 where they are more than
/// `REACH_ENDINGS`.
enum { REACH_ENDINGS = 256 };
size_t reach_split_endings(
    uint8_t *codes, uint32_t *stem_offsets, uint8_t *stems, uint32_t *starts, uint32_t *lengths, const uint8_t *text,
    const uint32_t *offsets, size_t rows);

/// Puts stems and endings together again.
void reach_join_endings(
    uint8_t *text, uint32_t *offsets, const uint8_t *stems, const uint32_t *stem_offsets, const uint8_t *codes,
    const uint8_t *endings, const uint32_t *ending_offsets, size_t rows);

/// Cores that this process may run on.
size_t reach_core_count(void);

/// The core that the caller runs on; negative where that is not known.
int reach_current_core(void);

/// Has loops that are written for lanes of rows, eight or sixteen, take no more than these, so that tests reach them all; without a limit they take
/// as many as the processor has.
void reach_limit_lanes(int lanes);

/// The system's number of the calling thread.
int reach_thread_number(void);

/// Lets a thread run on all of the process's cores but this one, if there are others.
void reach_avoid_core(int thread, int core);

/// Tells the processor that the thread waits for another one.
static inline void reach_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/// Has the processor fetch `bytes` from there while it does other things; harmless whatever the address.
static inline void reach_prefetch(uintptr_t address, size_t bytes) {
    for (size_t byte = 0; byte < bytes; byte += 64) __builtin_prefetch((const void *)(address + byte));
}

/// Writes a bit for each of the rows `offsets[row]..<offsets[row + 1]` of the text: whether it is marked in `members` and the hash of its bytes,
/// eight to a word, and of their number, begun with `state`, is at most `last`.
void reach_draw_lots(
    uint64_t *drawn, const uint64_t *members, size_t rows, const uint32_t *offsets, const uint8_t *text, uint64_t state,
    uint64_t last);

/// Purchase histories of one number of repeats: the day of the last purchase, today, both from the first one on, and how many customers have each.
typedef struct {
    const uint16_t *lasts;
    const uint16_t *ages;
    const uint32_t *customers;
    size_t count;
} reach_histories;
typedef struct {
    double log_one_plus_odds;
    double gone;
    double gone_logs;
    double gone_slopes;
} reach_dropout_sums;

/// Adds, as often as customers have a history with the odds e^s of having left, s = odds + exponent (logs[age] - logs[last]) and p = 1 / (1 + e^-s):
/// ln(1 + e^s), p, p (logs[age] - logs[last]) and p (inverses[age] - inverses[last]). Days are places of both tables.
void reach_add_dropout(
    reach_dropout_sums *sums, const reach_histories *histories, const double *logs, const double *inverses,
    double odds, double exponent);

/// 1 - p of each history.
void reach_still_there(
    double *chances, const reach_histories *histories, const double *logs, double odds, double exponent);

/// Adds ln(total + more) and 1 / (total + more) of each total; the sums are normal numbers above 0.
void reach_add_spend(double *logs, double *inverses, const double *totals, size_t count, double more);

#endif
