#include "CKernels.h"
#include "lanes.h"
#include "wide.h"

#include <string.h>

enum { HALF = 16 };

// A row's code has a flag: looked up one by one.
static uint64_t plain_word(const uint8_t *codes, size_t rows, const uint8_t *table) {
    uint64_t word = 0;
    for (size_t row = 0; row < rows; row++) word |= (uint64_t)(table[codes[row]] & 1) << row;
    return word;
}

#if defined(__x86_64__)
// The flags of codes by their lower half: bit h of an entry is the flag of upper half h, below 8 and from 8 on.
typedef struct {
    __m256i low, high;
} flag_tables;

static AVX2 flag_tables tables_of(const uint8_t *table) {
    uint8_t low[HALF] = {0}, high[HALF] = {0};
    for (size_t code = 0; code < HALF * HALF; code++) {
        uint8_t *entry = code / HALF < 8 ? &low[code % HALF] : &high[code % HALF];
        *entry = (uint8_t)(*entry | (table[code] & 1) << (code / HALF % 8));
    }
    return (flag_tables){
        _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)low)),
        _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)high))};
}

static inline AVX2 uint32_t wide_half(const uint8_t *codes, const flag_tables *tables) {
    const __m256i bits = _mm256_set1_epi64x((long long)UINT64_C(0x8040201008040201)), nibble = _mm256_set1_epi8(15);
    __m256i row = _mm256_loadu_si256((const __m256i *)codes);
    __m256i lower = _mm256_and_si256(row, nibble), upper = _mm256_and_si256(_mm256_srli_epi16(row, 4), nibble);
    __m256i flags = _mm256_blendv_epi8(
        _mm256_shuffle_epi8(tables->low, lower), _mm256_shuffle_epi8(tables->high, lower), row);
    __m256i bit = _mm256_shuffle_epi8(bits, upper);
    return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_and_si256(flags, bit), bit));
}
#endif

typedef uint64_t word_function(const uint8_t *, const void *);

static inline __attribute__((always_inline)) size_t narrow(
    uint64_t *words, _Bool is_fresh, const uint8_t *codes, size_t count, const uint8_t *table, const void *tables,
    word_function *whole_word) {
    size_t total = 0;
    for (size_t start = 0; start < count; start += WORD_ROWS) {
        size_t rows = count - start < WORD_ROWS ? count - start : WORD_ROWS;
        uint64_t held = is_fresh ? ~UINT64_C(0) : words[start / WORD_ROWS];
        if (held != 0)
            held &= rows == WORD_ROWS ? whole_word(codes + start, tables) : plain_word(codes + start, rows, table);
        words[start / WORD_ROWS] = held;
        total += (size_t)__builtin_popcountll(held);
    }
    return total;
}

static uint64_t plain_whole(const uint8_t *codes, const void *table) { return plain_word(codes, WORD_ROWS, table); }

#if defined(__x86_64__)
static inline AVX2 uint64_t wide_whole(const uint8_t *codes, const void *tables) {
    return (uint64_t)wide_half(codes + WORD_ROWS / 2, tables) << WORD_ROWS / 2 | wide_half(codes, tables);
}

static AVX2 size_t wide_narrow(
    uint64_t *words, _Bool is_fresh, const uint8_t *codes, size_t count, const uint8_t *table) {
    const flag_tables tables = tables_of(table);
    return narrow(words, is_fresh, codes, count, table, &tables, wide_whole);
}
#endif

size_t reach_narrow_class(uint64_t *words, _Bool is_fresh, const uint8_t *codes, size_t count, const uint8_t *table) {
#if defined(__x86_64__)
    if (lanes_at_hand() >= LANES) return wide_narrow(words, is_fresh, codes, count, table);
#endif
    return narrow(words, is_fresh, codes, count, table, table, plain_whole);
}
