#include "CKernels.h"
#include "wide.h"

// Logarithms and exponentials of many values at once. Every clone adds up the same lanes in the same order and never fuses a product with a
// sum, so that all machines find the same digits.
#pragma STDC FP_CONTRACT OFF
// No vector is handed to a function: all of them are made part of the loops.
#pragma clang diagnostic ignored "-Wpsabi"

enum { LANES = 8 };
typedef double real __attribute__((ext_vector_type(LANES)));
typedef int64_t whole __attribute__((ext_vector_type(LANES)));

#define SAME(TYPE, VALUE) __builtin_bit_cast(TYPE, (VALUE))
#define INLINE static inline __attribute__((always_inline))

// ln 2 in two parts: products of the first with numbers up to 2^20 are exact.
static const double LN2_HIGH = 0x1.62e42feep-1, LN2_LOW = 0x1.a39ef35793c76p-33, LN2 = 0x1.62e42fefa39efp-1;
static const double LOG2_E = 0x1.71547652b82fep+0;
// Added to a number of ordinary size, rounds it to a whole one, which its lowest bits then hold.
static const double ROUNDER = 0x1.8p+52;
static const double LEAST_EXPONENT = -708;
static const double LARGEST_NEAR_ONE = 0x1.6a09e667f3bcdp+0;

INLINE real choose(whole test, real yes, real no) {
    return SAME(real, (test & SAME(whole, yes)) | (~test & SAME(whole, no)));
}

// e^x for x from LEAST_EXPONENT, or what is taken there, to 0: a power of two times the series of the rest, which is at most ln 2 / 2.
INLINE real exponential(real x) {
    x = choose(x < (real)LEAST_EXPONENT, (real)LEAST_EXPONENT, x);
    real marked = x * LOG2_E + ROUNDER;
    real power = marked - ROUNDER;
    real rest = (x - power * LN2_HIGH) - power * LN2_LOW;
    real sum = (real)(1.0 / 6227020800);
    sum = sum * rest + 1.0 / 479001600;
    sum = sum * rest + 1.0 / 39916800;
    sum = sum * rest + 1.0 / 3628800;
    sum = sum * rest + 1.0 / 362880;
    sum = sum * rest + 1.0 / 40320;
    sum = sum * rest + 1.0 / 5040;
    sum = sum * rest + 1.0 / 720;
    sum = sum * rest + 1.0 / 120;
    sum = sum * rest + 1.0 / 24;
    sum = sum * rest + 1.0 / 6;
    sum = sum * rest + 0.5;
    sum = sum * rest + 1;
    sum = sum * rest + 1;
    return SAME(real, SAME(whole, sum) + (SAME(whole, marked) << 52));
}

// 2 artanh s for |s| up to (√2 − 1) / (√2 + 1): ln ((1 + s) / (1 − s)).
INLINE real doubled_artanh(real s) {
    real z = s * s;
    real sum = (real)(2.0 / 19);
    sum = sum * z + 2.0 / 17;
    sum = sum * z + 2.0 / 15;
    sum = sum * z + 2.0 / 13;
    sum = sum * z + 2.0 / 11;
    sum = sum * z + 2.0 / 9;
    sum = sum * z + 2.0 / 7;
    sum = sum * z + 2.0 / 5;
    sum = sum * z + 2.0 / 3;
    sum = sum * z + 2;
    return s * sum;
}

// ln (1 + x) for x from 0 to 1.
INLINE real logarithm_of_more(real x) {
    whole large = x > (real)(LARGEST_NEAR_ONE - 1);
    real s = choose(large, x - 1, x) / (x + choose(large, (real)3.0, (real)2.0));
    return doubled_artanh(s) + choose(large, (real)LN2, (real)0.0);
}

// Adds the power of two nearest below, to `powers`, and gives the logarithm of what is left, of normal numbers above 0.
INLINE real logarithm_but_powers(real x, real *powers) {
    whole bits = SAME(whole, x);
    real power = SAME(real, (bits >> 52) | SAME(whole, (real)0x1p+52)) - (0x1p+52 + 1023);
    real rest = SAME(real, (bits & 0xFFFFFFFFFFFFF) | SAME(whole, (real)1.0));
    whole large = rest > (real)LARGEST_NEAR_ONE;
    rest = choose(large, rest * 0.5, rest);
    *powers += choose(large, power + 1, power);
    return doubled_artanh((rest - 1) / (rest + 1));
}

INLINE double sum_of(real lanes) {
    double sum = 0;
    for (int lane = 0; lane < LANES; lane++) sum += lanes[lane];
    return sum;
}

// The histories from `place` on, those behind the last being nobody's.
INLINE void read_histories(
    real *distance, real *slope, real *weight, const reach_histories *histories, size_t place,
    const double *logs, const double *inverses) {
    size_t left = histories->count - place;
    for (size_t lane = 0; lane < LANES; lane++) {
        size_t row = place + (lane < left ? lane : 0);
        size_t last = histories->lasts[row], age = histories->ages[row];
        (*distance)[lane] = logs[age] - logs[last];
        (*slope)[lane] = inverses[age] - inverses[last];
        (*weight)[lane] = lane < left ? histories->customers[row] : 0;
    }
}

WIDE void reach_add_dropout(
    reach_dropout_sums *sums, const reach_histories *histories, const double *logs, const double *inverses,
    double odds, double exponent) {
    real more = 0, gone = 0, gone_logs = 0, gone_slopes = 0;
    for (size_t place = 0; place < histories->count; place += LANES) {
        real distance = 0, slope = 0, weight = 0;
        read_histories(&distance, &slope, &weight, histories, place, logs, inverses);
        real s = odds + exponent * distance;
        whole likely = s >= (real)0.0;
        real small = exponential(choose(likely, -s, s));
        real chance = choose(likely, (real)1.0, small) / (small + 1) * weight;
        more += weight * (choose(likely, s, (real)0.0) + logarithm_of_more(small));
        gone += chance;
        gone_logs += chance * distance;
        gone_slopes += chance * slope;
    }
    sums->log_one_plus_odds += sum_of(more);
    sums->gone += sum_of(gone);
    sums->gone_logs += sum_of(gone_logs);
    sums->gone_slopes += sum_of(gone_slopes);
}

WIDE void reach_still_there(
    double *chances, const reach_histories *histories, const double *logs, double odds, double exponent) {
    for (size_t place = 0; place < histories->count; place += LANES) {
        size_t left = histories->count - place;
        real distance = 0;
        for (size_t lane = 0; lane < LANES; lane++) {
            size_t row = place + (lane < left ? lane : 0);
            distance[lane] = logs[histories->ages[row]] - logs[histories->lasts[row]];
        }
        real s = odds + exponent * distance;
        whole likely = s >= (real)0.0;
        real small = exponential(choose(likely, -s, s));
        real stays = choose(likely, small, (real)1.0) / (small + 1);
        for (size_t lane = 0; lane < LANES && lane < left; lane++) chances[place + lane] = stays[lane];
    }
}

WIDE void reach_add_spend(double *logs, double *inverses, const double *totals, size_t count, double more) {
    real parts = 0, powers = 0, divided = 0;
    for (size_t place = 0; place < count; place += LANES) {
        size_t left = count - place;
        // 1 has neither a logarithm nor, taken off again, an inverse.
        real total = 1;
        for (size_t lane = 0; lane < LANES && lane < left; lane++) total[lane] = totals[place + lane] + more;
        parts += logarithm_but_powers(total, &powers);
        real inverse = 1 / total;
        for (size_t lane = left; lane < LANES; lane++) inverse[lane] = 0;
        divided += inverse;
    }
    *logs += sum_of(powers) * LN2 + sum_of(parts);
    *inverses += sum_of(divided);
}
