#include "lanes.h"
#include "CKernels.h"

#include <stdatomic.h>

static atomic_int most_lanes = WIDE_LANES;

void reach_limit_lanes(int lanes) { atomic_store_explicit(&most_lanes, lanes, memory_order_relaxed); }

int lanes_at_hand(void) {
    int lanes = 1;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) lanes = LANES;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi") &&
        __builtin_cpu_supports("bmi2"))
        lanes = WIDE_LANES;
#endif
    const int most = atomic_load_explicit(&most_lanes, memory_order_relaxed);
    return lanes < most ? lanes : most;
}
