#include "CKernels.h"
#include "wide.h"

#include <string.h>

// Rows who answer alike are found by splitting: those of a block who answer yes to a question, and those who do not, then each of
// these by the next question. A set that does not split costs no copy, and small ones are looked at row by row.
enum { BLOCK = 256, MOST = REACH_CODE_QUESTIONS };

/// What is known of the rows who gave one sequence of answers.
struct frame {
    uint64_t *set;
    size_t count;
    /// Of them, those who answer yes to the next question.
    size_t yes;
    uint32_t code;
    enum { SPLIT, NO, DONE } stage;
};

static inline __attribute__((always_inline)) size_t ones(const uint64_t *words, size_t count) {
    size_t total = 0;
    for (size_t word = 0; word < count; word++) total += (size_t)__builtin_popcountll(words[word]);
    return total;
}

static inline __attribute__((always_inline)) size_t common(const uint64_t *one, const uint64_t *other, size_t count) {
    size_t total = 0;
    for (size_t word = 0; word < count; word++) total += (size_t)__builtin_popcountll(one[word] & other[word]);
    return total;
}

/// The codes of a small set, from question `first` on.
static inline __attribute__((always_inline)) void each(
    size_t *counts, const struct frame *at, const uint64_t *const *questions, size_t start, size_t first,
    size_t question_count, size_t words) {
    for (size_t word = 0; word < words; word++) {
        for (uint64_t left = at->set[word]; left != 0; left &= left - 1) {
            unsigned row = (unsigned)__builtin_ctzll(left);
            uint32_t code = at->code;
            for (size_t question = first; question < question_count; question++)
                code |= (uint32_t)(questions[question][start + word] >> row & 1) << question;
            counts[code]++;
        }
    }
}

/// The last three questions in one pass: who says yes to one, two or all of them tells how many there are of each of the eight answers.
static inline __attribute__((always_inline)) void last_three(
    size_t *counts, const struct frame *at, const uint64_t *const *questions, size_t start, size_t depth, size_t words) {
    const uint64_t *first = questions[depth] + start, *second = questions[depth + 1] + start;
    const uint64_t *third = questions[depth + 2] + start;
    size_t a = 0, b = 0, c = 0, ab = 0, ac = 0, bc = 0, abc = 0;
    for (size_t word = 0; word < words; word++) {
        uint64_t in_a = at->set[word] & first[word], in_b = at->set[word] & second[word];
        uint64_t in_c = at->set[word] & third[word], in_ab = in_a & second[word];
        a += (size_t)__builtin_popcountll(in_a);
        b += (size_t)__builtin_popcountll(in_b);
        c += (size_t)__builtin_popcountll(in_c);
        ab += (size_t)__builtin_popcountll(in_ab);
        ac += (size_t)__builtin_popcountll(in_a & in_c);
        bc += (size_t)__builtin_popcountll(in_b & in_c);
        abc += (size_t)__builtin_popcountll(in_ab & in_c);
    }
    size_t *own = counts + at->code;
    const size_t yes_a = (size_t)1 << depth, yes_b = yes_a << 1, yes_c = yes_a << 2;
    own[yes_a | yes_b | yes_c] += abc;
    own[yes_a | yes_b] += ab - abc;
    own[yes_a | yes_c] += ac - abc;
    own[yes_b | yes_c] += bc - abc;
    own[yes_a] += a - ab - ac + abc;
    own[yes_b] += b - ab - bc + abc;
    own[yes_c] += c - ac - bc + abc;
    own[0] += at->count - a - b - c + ab + ac + bc - abc;
}

/// Whether looking at each row costs less than splitting on by `left` questions.
static inline __attribute__((always_inline)) _Bool is_small(size_t count, size_t left, size_t words) {
    return count * (2 * left + 3) < words * ((UINT64_C(1) << (left < 5 ? left : 5)) - 1);
}

WIDE void reach_count_codes(
    size_t *counts, const uint64_t *const *questions, size_t question_count, const uint64_t *members,
    size_t word_count) {
    uint64_t sets[MOST + 1][BLOCK];
    struct frame frames[MOST + 1];
    for (size_t start = 0; start < word_count; start += BLOCK) {
        size_t words = word_count - start < BLOCK ? word_count - start : BLOCK;
        memcpy(sets[0], members + start, words * sizeof(uint64_t));
        for (size_t question = 0; question < question_count; question++)
            reach_prefetch((uintptr_t)(questions[question] + start + BLOCK), BLOCK * sizeof(uint64_t));
        size_t depth = 0;
        frames[0] = (struct frame){.set = sets[0], .count = ones(sets[0], words), .code = 0, .stage = SPLIT};
        for (;;) {
            struct frame *at = &frames[depth];
            const uint64_t *answers = depth < question_count ? questions[depth] + start : NULL;
            if (at->stage == SPLIT) {
                size_t left = question_count - depth;
                if (left == 0) {
                    counts[at->code] += at->count;
                    at->stage = DONE;
                } else if (is_small(at->count, left, words)) {
                    each(counts, at, questions, start, depth, question_count, words);
                    at->stage = DONE;
                } else if (left == 3) {
                    last_three(counts, at, questions, start, depth, words);
                    at->stage = DONE;
                } else if (left == 1) {
                    size_t yes = common(at->set, answers, words);
                    counts[at->code | UINT32_C(1) << depth] += yes;
                    counts[at->code] += at->count - yes;
                    at->stage = DONE;
                } else {
                    uint64_t *next = sets[depth + 1];
                    size_t yes = 0;
                    for (size_t word = 0; word < words; word++) {
                        uint64_t both = at->set[word] & answers[word];
                        next[word] = both;
                        yes += (size_t)__builtin_popcountll(both);
                    }
                    at->yes = yes;
                    at->stage = yes == at->count ? DONE : NO;
                    if (yes > 0) {
                        uint32_t code = at->code | UINT32_C(1) << depth;
                        frames[++depth] = (struct frame){.set = next, .count = yes, .code = code, .stage = SPLIT};
                    }
                    continue;
                }
            }
            if (at->stage == NO) {
                if (at->yes > 0) {
                    for (size_t word = 0; word < words; word++) at->set[word] &= ~answers[word];
                }
                at->stage = DONE;
                frames[++depth] =
                    (struct frame){.set = at->set, .count = at->count - at->yes, .code = at->code, .stage = SPLIT};
                continue;
            }
            if (depth == 0) break;
            depth--;
        }
    }
}

static inline __attribute__((always_inline)) uint64_t folded(uint64_t state, uint64_t word) {
    unsigned __int128 product = (unsigned __int128)(state ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    return ((uint64_t)product ^ (uint64_t)(product >> 64)) + UINT64_C(0xD1B54A32D192ED03);
}

static inline __attribute__((always_inline)) uint64_t mixed(uint64_t bits) {
    bits = (bits ^ bits >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    bits = (bits ^ bits >> 27) * UINT64_C(0x94D049BB133111EB);
    return bits ^ bits >> 31;
}

void reach_draw_lots(
    uint64_t *drawn, const uint64_t *members, size_t rows, const uint32_t *offsets, const uint8_t *text, uint64_t state,
    uint64_t last) {
    const size_t byte_count = offsets[rows];
    for (size_t word = 0; word * WORD_ROWS < rows; word++) {
        size_t first = word * WORD_ROWS;
        uint64_t taken = 0;
        for (uint64_t left = members[word]; left != 0; left &= left - 1) {
            size_t row = (size_t)__builtin_ctzll(left);
            if (first + row >= rows) break;
            size_t from = offsets[first + row], to = offsets[first + row + 1];
            uint64_t hash = state, bytes = 0;
            size_t at = from;
            for (; at + 8 <= to; at += 8) {
                memcpy(&bytes, text + at, 8);
                hash = folded(hash, bytes);
            }
            if (at < to) {
                // Eight bytes are read where the text has them; those of the next row are taken off again.
                bytes = 0;
                if (at + 8 <= byte_count) {
                    memcpy(&bytes, text + at, 8);
                    bytes &= ~UINT64_C(0) >> (64 - 8 * (to - at));
                } else {
                    memcpy(&bytes, text + at, to - at);
                }
                hash = folded(hash, bytes);
            }
            taken |= (uint64_t)(mixed(folded(hash, to - from)) <= last) << row;
        }
        drawn[word] = taken;
    }
}
