#include "CKernels.h"
#include "lanes.h"
#include "wide.h"

#include <string.h>

// Whether the needle stands at a place where it fits: eight bytes at a time, of which the last eight may have been looked at.
static inline _Bool stands(const uint8_t *text, const reach_needle *needle) {
    size_t length = needle->length, byte = 0;
    if (length < sizeof(uint64_t)) {
        while (byte < length && (text[byte] | needle->case_bits[byte]) == needle->bytes[byte]) byte++;
        return byte == length;
    }
    while (byte < length) {
        if (byte + sizeof(uint64_t) > length) byte = length - sizeof(uint64_t);
        uint64_t word, bits, want;
        memcpy(&word, text + byte, sizeof word);
        memcpy(&bits, needle->case_bits + byte, sizeof bits);
        memcpy(&want, needle->bytes + byte, sizeof want);
        if ((word | bits) != want) return 0;
        byte += sizeof word;
    }
    return 1;
}

enum { AHEAD = 16, STEPS = 4 };
typedef uint32_t start_row __attribute__((ext_vector_type(AHEAD)));
typedef _Bool start_bits __attribute__((ext_vector_type(AHEAD)));

// The row whose text holds the byte at `place`, which is not before the start of `row`: a few steps of sixteen rows, or leaps that double and then
// halves where it is far.
static inline __attribute__((always_inline)) size_t row_holding(const uint32_t *offsets, size_t rows, size_t row, uint32_t place) {
    for (size_t step = 0; step < STEPS && row + AHEAD <= rows; step++) {
        start_row starts;
        memcpy(&starts, offsets + row + 1, sizeof starts);
        start_bits passed = __builtin_convertvector(starts <= (start_row)place, start_bits);
        uint16_t bits = __builtin_bit_cast(uint16_t, passed);
        if (bits != UINT16_MAX) return row + (size_t)__builtin_popcount(bits);
        row += AHEAD;
    }
    size_t leap = 1;
    while (row + leap < rows && offsets[row + leap] <= place) {
        row += leap;
        leap *= 2;
    }
    size_t high = row + leap < rows ? row + leap : rows;
    while (high - row > 1) {
        size_t middle = (row + high) / 2;
        if (offsets[middle] <= place) row = middle;
        else high = middle;
    }
    return row;
}

// The places among fewer than 64 from `text` on at which all probes match.
static uint64_t probed_one_by_one(const uint8_t *text, size_t places, const reach_needle *needle) {
    uint64_t met = ~UINT64_C(0) >> (WORD_ROWS - places);
    for (size_t place = 0; place < places; place++) {
        for (size_t probe = 0; probe < REACH_PROBES; probe++) {
            size_t offset = needle->probes[probe];
            if ((text[place + offset] | needle->case_bits[offset]) != needle->bytes[offset])
                met &= ~(UINT64_C(1) << place);
        }
    }
    return met;
}

// Where most rows have a mark it costs less to ask each of them than to ask each mark for its row.
enum { ROWS_PER_MARK = 32, LOADED_PLACES = 57 };

static inline uint64_t has_mark(const uint64_t *marks, size_t from, size_t to) {
    uint64_t word;
    for (; from < to; from += LOADED_PLACES) {
        size_t places = to - from < LOADED_PLACES ? to - from : LOADED_PLACES;
        memcpy(&word, (const uint8_t *)marks + from / 8, sizeof word);
        if ((word >> from % 8 & ((UINT64_C(1) << places) - 1)) != 0) return 1;
    }
    return 0;
}

// Whether some place of the row where the needle may stand has a mark: one that runs over into the next row stands in neither.
static inline uint64_t row_has_mark(const uint64_t *marks, const uint32_t *offsets, size_t row, size_t length) {
    const size_t from = offsets[row] - offsets[0], to = offsets[row + 1] - offsets[0];
    return to - from < length ? 0 : has_mark(marks, from, to - length + 1);
}

// Rows from `start`, which begins a word, to before `rows`.
static void mark_rows(
    uint64_t *found, const uint64_t *marks, const uint32_t *offsets, size_t start, size_t rows, size_t length) {
    for (; start < rows; start += WORD_ROWS) {
        size_t end = rows - start < WORD_ROWS ? rows : start + WORD_ROWS;
        uint64_t held = 0;
        for (size_t row = start; row < end; row++) held |= row_has_mark(marks, offsets, row, length) << (row - start);
        found[start / WORD_ROWS] |= held;
    }
}

#if defined(__x86_64__)
// How many bits from any on a lane has when it begins with the byte of the first.
enum { LANE_BITS = 25 };

// For each lane the `counts`, at most LANE_BITS, bits from `from` on: of the four bytes in which the first of them stands.
static inline AVX2 __m256i bits_of_lanes(const uint64_t *bits, __m256i from, __m256i counts) {
    const __m256i one = _mm256_set1_epi32(1);
    __m256i lanes = _mm256_i32gather_epi32((const int *)bits, _mm256_srli_epi32(from, 3), 1);
    lanes = _mm256_srlv_epi32(lanes, _mm256_and_si256(from, _mm256_set1_epi32(7)));
    return _mm256_and_si256(lanes, _mm256_sub_epi32(_mm256_sllv_epi32(one, counts), one));
}

// What is known of a group of rows, those of some lanes asked one by one.
static inline uint64_t asked_again(
    uint64_t some, unsigned lanes, const uint64_t *marks, const uint32_t *offsets, size_t row, size_t length) {
    for (; lanes != 0; lanes &= lanes - 1) {
        const unsigned lane = (unsigned)__builtin_ctz(lanes);
        some &= ~(UINT64_C(1) << lane);
        some |= row_has_mark(marks, offsets, row + lane, length) << lane;
    }
    return some;
}

// Whole words of rows, eight rows at once: each gets the four bytes in which its first place's mark stands, which hold the marks of most rows'
// places.
static AVX2 size_t mark_eights(
    uint64_t *found, const uint64_t *marks, const uint32_t *offsets, size_t rows, size_t length) {
    const __m256i first = _mm256_set1_epi32((int)offsets[0]), none = _mm256_setzero_si256();
    const __m256i rest = _mm256_set1_epi32((int)length - 1), most = _mm256_set1_epi32(LANE_BITS);
    size_t whole = rows / WORD_ROWS * WORD_ROWS;
    for (size_t start = 0; start < whole; start += WORD_ROWS) {
        uint64_t held = 0;
        reach_prefetch((uintptr_t)(offsets + start) + AHEAD_BYTES, WORD_ROWS * sizeof *offsets);
        for (size_t row = start; row < start + WORD_ROWS; row += LANES) {
            __m256i from = _mm256_sub_epi32(_mm256_loadu_si256((const __m256i *)(offsets + row)), first);
            __m256i to = _mm256_sub_epi32(_mm256_loadu_si256((const __m256i *)(offsets + row + 1)), first);
            // A needle that runs over into the next row stands in neither.
            __m256i places = _mm256_max_epi32(_mm256_sub_epi32(_mm256_sub_epi32(to, from), rest), none);
            __m256i lanes = bits_of_lanes(marks, from, places);
            __m256 empty = _mm256_castsi256_ps(_mm256_cmpeq_epi32(lanes, none));
            uint64_t some = ~(uint64_t)_mm256_movemask_ps(empty) & ((1u << LANES) - 1);
            __m256 is_long = _mm256_castsi256_ps(_mm256_cmpgt_epi32(places, most));
            some = asked_again(some, (unsigned)_mm256_movemask_ps(is_long), marks, offsets, row, length);
            held |= some << (row - start);
        }
        found[start / WORD_ROWS] |= held;
    }
    return whole;
}

// Sixteen rows at once of few bytes each: all their marks stand in one vector, of whose bytes each row is handed the four from its first place on.
static AVX512 size_t mark_sixteens(
    uint64_t *found, const uint64_t *marks, const uint32_t *offsets, size_t rows, size_t length) {
    const __m512i first = _mm512_set1_epi32((int)offsets[0]), one = _mm512_set1_epi32(1);
    const __m512i rest = _mm512_set1_epi32((int)length - 1), most = _mm512_set1_epi32(LANE_BITS);
    // The lowest byte of each lane four times, and then the three after it.
    const __m512i lowest = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 0, 0, 0, 4, 4, 4, 4, 8, 8, 8, 8, 12, 12, 12, 12));
    const __m512i following = _mm512_set1_epi32(0x03020100);
    const size_t whole = rows / WORD_ROWS * WORD_ROWS;
    const size_t mark_bytes = ((offsets[rows] - offsets[0]) / WORD_ROWS + 2) * sizeof *marks;
    for (size_t start = 0; start < whole; start += WORD_ROWS) {
        uint64_t held = 0;
        reach_prefetch((uintptr_t)(offsets + start) + AHEAD_BYTES, WORD_ROWS * sizeof *offsets);
        for (size_t row = start; row < start + WORD_ROWS; row += WIDE_LANES) {
            const __m512i from = _mm512_sub_epi32(_mm512_loadu_si512(offsets + row), first);
            const __m512i to = _mm512_sub_epi32(_mm512_loadu_si512(offsets + row + 1), first);
            // A needle that runs over into the next row stands in neither.
            const __m512i places =
                _mm512_max_epi32(_mm512_sub_epi32(_mm512_sub_epi32(to, from), rest), _mm512_setzero_si512());
            const size_t base = (offsets[row] - offsets[0]) / 8;
            const size_t left = mark_bytes - base < sizeof from ? mark_bytes - base : sizeof from;
            const __m512i near = _mm512_maskz_loadu_epi8(
                _bzhi_u64(~UINT64_C(0), (unsigned)left), (const uint8_t *)marks + base);
            const __m512i byte = _mm512_sub_epi32(_mm512_srli_epi32(from, 3), _mm512_set1_epi32((int)base));
            __m512i lanes = _mm512_permutexvar_epi8(
                _mm512_add_epi8(_mm512_shuffle_epi8(byte, lowest), following), near);
            lanes = _mm512_srlv_epi32(lanes, _mm512_and_si512(from, _mm512_set1_epi32(7)));
            const __m512i wanted = _mm512_sub_epi32(_mm512_sllv_epi32(one, _mm512_min_epu32(places, most)), one);
            uint64_t some = _mm512_test_epi32_mask(lanes, wanted);
            // Rows of which the vector does not have all marks.
            const __m512i last_byte = _mm512_set1_epi32((int)sizeof near - 4);
            const unsigned far = _mm512_cmpgt_epi32_mask(places, most) | _mm512_cmpgt_epi32_mask(byte, last_byte);
            held |= asked_again(some, far, marks, offsets, row, length) << (row - start);
        }
        found[start / WORD_ROWS] |= held;
    }
    return whole;
}

// Sixteen rows whose marks stand in one vector, for the most part.
enum { SHORT_BYTES = 24 };
#endif

static void mark_all_rows(
    uint64_t *found, const uint64_t *marks, const uint32_t *offsets, size_t rows, size_t length) {
    size_t done = 0;
#if defined(__x86_64__)
    const int lanes = lanes_at_hand();
    if (lanes == WIDE_LANES && (offsets[rows] - offsets[0]) / SHORT_BYTES <= rows)
        done = mark_sixteens(found, marks, offsets, rows, length);
    else if (lanes >= LANES && offsets[rows] - offsets[0] <= INT32_MAX)
        done = mark_eights(found, marks, offsets, rows, length);
#endif
    mark_rows(found, marks, offsets, done, rows, length);
}

WIDE static void mark_few_rows(
    uint64_t *found, const uint64_t *marks, size_t words, const uint32_t *offsets, size_t rows, size_t length) {
    size_t first = offsets[0], row = 0, marked_end = first;
    for (size_t word = 0; word < words; word++) {
        for (uint64_t left = marks[word]; left != 0; left &= left - 1) {
            size_t place = first + word * WORD_ROWS + (size_t)__builtin_ctzll(left);
            // What lies before belongs to a row that is marked already.
            if (place < marked_end) continue;
            row = row_holding(offsets, rows, row, (uint32_t)place);
            reach_prefetch((uintptr_t)(offsets + row) + AHEAD_BYTES, 2 * AHEAD * sizeof *offsets);
            if (place + length > offsets[row + 1]) continue;
            found[row / WORD_ROWS] |= UINT64_C(1) << (row % WORD_ROWS);
            marked_end = offsets[row + 1];
        }
    }
}

// The places among those of whole words at which all probes match.
WIDE static size_t probe_words(uint64_t *marks, const uint8_t *text, size_t words, const reach_needle *needle) {
    // Read once: for all the compiler knows what is written below is the needle.
    size_t offset[REACH_PROBES];
    byte_row want[REACH_PROBES], case_bits[REACH_PROBES];
    for (size_t probe = 0; probe < REACH_PROBES; probe++) {
        offset[probe] = needle->probes[probe];
        want[probe] = (byte_row)needle->bytes[offset[probe]];
        case_bits[probe] = (byte_row)needle->case_bits[offset[probe]];
    }
    size_t total = 0;
    for (size_t word = 0; word < words; word++) {
        byte_row meets = ~(byte_row)0;
        reach_prefetch((uintptr_t)(text + word * WORD_ROWS) + AHEAD_BYTES, 1);
        for (size_t probe = 0; probe < REACH_PROBES; probe++) {
            byte_row row;
            memcpy(&row, text + word * WORD_ROWS + offset[probe], sizeof row);
            meets &= (byte_row)((row | case_bits[probe]) == want[probe]);
        }
        marks[word] = WORD_OF(meets != (byte_row)0);
        total += (size_t)__builtin_popcountll(marks[word]);
    }
    return total;
}

// Clears the marks of places at which the needle does not stand after all; gives how many are left.
static size_t keep_standing(uint64_t *marks, const uint8_t *text, size_t words, const reach_needle *needle) {
    size_t total = 0;
    for (size_t word = 0; word < words; word++) {
        for (uint64_t left = marks[word]; left != 0; left &= left - 1) {
            size_t place = (size_t)__builtin_ctzll(left);
            if (!stands(text + word * WORD_ROWS + place, needle)) marks[word] &= ~(UINT64_C(1) << place);
        }
        total += (size_t)__builtin_popcountll(marks[word]);
    }
    return total;
}

void reach_find_needle(
    uint64_t *found, uint64_t *marks, const uint8_t *text, const uint32_t *offsets, size_t rows,
    const reach_needle *needle) {
    size_t byte_count = offsets[rows] - offsets[0];
    if (byte_count < needle->length) return;
    size_t places = byte_count - needle->length + 1, words = (places + WORD_ROWS - 1) / WORD_ROWS;
    const uint8_t *first = text + offsets[0];
    size_t whole = places / WORD_ROWS, total = probe_words(marks, first, whole, needle);
    if (whole < words) {
        marks[whole] = probed_one_by_one(first + whole * WORD_ROWS, places % WORD_ROWS, needle);
        total += (size_t)__builtin_popcountll(marks[whole]);
    }
    if (total != 0 && needle->length > REACH_PROBES) total = keep_standing(marks, first, words, needle);
    if (total > rows / ROWS_PER_MARK) {
        // Rows are asked for a word from any byte on.
        memset(marks + words, 0, (byte_count / WORD_ROWS + 2 - words) * sizeof *marks);
        mark_all_rows(found, marks, offsets, rows, needle->length);
    } else {
        mark_few_rows(found, marks, words, offsets, rows, needle->length);
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

static inline uint64_t stands_at_edge(
    const uint8_t *text, size_t count, const uint32_t *offsets, _Bool at_end, uint32_t length, uint64_t want,
    uint64_t case_bits, uint64_t kept) {
    size_t from = offsets[0], to = offsets[1];
    uint64_t bytes = !at_end   ? load(text, count, from)
                     : to >= 8 ? load(text, count, to - 8)
                     : to > 0  ? load(text, count, 0) << 8 * (8 - to)
                               : 0;
    return (uint64_t)(to - from >= length) & (uint64_t)(((bytes | case_bits) & kept) == want);
}

// Fewer of 64 are looked at one by one.
enum { FEW_ROWS = 24 };

size_t reach_narrow_affix(
    uint64_t *words, _Bool is_fresh, const uint8_t *text, size_t count, const uint32_t *offsets, size_t rows,
    _Bool at_end, uint32_t length, uint64_t want, uint64_t case_bits, uint64_t kept) {
    size_t total = 0;
    for (size_t start = 0; start < rows; start += WORD_ROWS) {
        size_t end = rows - start < WORD_ROWS ? rows : start + WORD_ROWS;
        uint64_t held = is_fresh ? ~UINT64_C(0) : words[start / WORD_ROWS];
        uint64_t marks = 0;
        if (__builtin_popcountll(held) < FEW_ROWS) {
            for (uint64_t left = held; left != 0; left &= left - 1) {
                size_t row = start + (size_t)__builtin_ctzll(left);
                marks |= stands_at_edge(text, count, offsets + row, at_end, length, want, case_bits, kept) << (row - start);
            }
        } else {
            for (size_t row = start; row < end; row++)
                marks |= stands_at_edge(text, count, offsets + row, at_end, length, want, case_bits, kept) << (row - start);
        }
        marks &= held;
        words[start / WORD_ROWS] = marks;
        total += (size_t)__builtin_popcountll(marks);
    }
    return total;
}

size_t reach_keep_affix(
    uint64_t *words, const uint8_t *text, const uint32_t *offsets, size_t word_count, _Bool at_end,
    const reach_needle *needle) {
    size_t total = 0;
    for (size_t word = 0; word < word_count; word++) {
        uint64_t kept = words[word];
        for (uint64_t left = kept; left != 0; left &= left - 1) {
            size_t bit = (size_t)__builtin_ctzll(left);
            const uint32_t *row = offsets + word * WORD_ROWS + bit;
            if (!stands(text + (at_end ? row[1] - needle->length : row[0]), needle)) kept &= ~(UINT64_C(1) << bit);
        }
        words[word] = kept;
        total += (size_t)__builtin_popcountll(kept);
    }
    return total;
}
