#define _GNU_SOURCE
#include "CKernels.h"

#include <sys/mman.h>

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
