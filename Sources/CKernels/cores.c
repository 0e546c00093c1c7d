#define _GNU_SOURCE

#include "CKernels.h"

#include <sched.h>
#include <unistd.h>

size_t reach_core_count(void) {
#ifdef CPU_COUNT
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) return (size_t)CPU_COUNT(&allowed);
#endif
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (size_t)online : 1;
}

int reach_current_core(void) {
#ifdef CPU_COUNT
    return sched_getcpu();
#else
    return -1;
#endif
}

int reach_thread_number(void) { return (int)gettid(); }

void reach_avoid_core(int thread, int core) {
#ifdef CPU_COUNT
    cpu_set_t allowed;
    // Those of the thread that the process began with.
    if (core < 0 || core >= CPU_SETSIZE || sched_getaffinity(getpid(), sizeof allowed, &allowed) != 0) return;
    CPU_CLR(core, &allowed);
    if (CPU_COUNT(&allowed) > 0) sched_setaffinity(thread, sizeof allowed, &allowed);
#endif
}
