#include "CKernels.h"

#if defined(__linux__)
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { LARGE_PAGE = 2 << 20 };

void reach_use_large_pages(void) {
    static _Atomic uintptr_t known;
    uintptr_t end = (uintptr_t)sbrk(0);
    uintptr_t start = atomic_load_explicit(&known, memory_order_relaxed);
    if (start == 0) {
        void *block = malloc(1);
        start = (uintptr_t)block;
        free(block);
    }
    // A block that is not of this heap says that another allocator is at work.
    if (start >= end || end - start < LARGE_PAGE) return;
    atomic_store_explicit(&known, end, memory_order_relaxed);
    uintptr_t from = (start + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE;
    if (from < end) madvise((void *)from, end - from, MADV_HUGEPAGE);
}
#else
void reach_use_large_pages(void) {}
#endif
