#define _GNU_SOURCE
#include "CKernels.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { LARGE_PAGE_BYTES = 2 << 20 };

void reach_prefer_large_pages(void *bytes, size_t count) {
#ifdef MADV_HUGEPAGE
    const uintptr_t mask = LARGE_PAGE_BYTES - 1;
    const uintptr_t start = ((uintptr_t)bytes + mask) & ~mask;
    const uintptr_t end = ((uintptr_t)bytes + count) & ~mask;
    // Where the system has none, small pages do.
    if (start < end) (void)madvise((void *)start, end - start, MADV_HUGEPAGE);
#endif
}

void reach_use_large_pages(void) {
#ifdef MADV_HUGEPAGE
    static _Atomic uintptr_t known;
    uintptr_t end = (uintptr_t)sbrk(0);
    uintptr_t start = atomic_load_explicit(&known, memory_order_relaxed);
    if (start == 0) {
        void *block = malloc(1);
        start = (uintptr_t)block;
        free(block);
    }
    // A block that is not of this heap says that another allocator is at work.
    if (start >= end || end - start < LARGE_PAGE_BYTES) return;
    atomic_store_explicit(&known, end, memory_order_relaxed);
    // The page that was cut off at the end of the last call counts too.
    start -= start % LARGE_PAGE_BYTES;
    (void)madvise((void *)start, end - start, MADV_HUGEPAGE);
#endif
}
