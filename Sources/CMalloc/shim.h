#ifndef REACH_CMALLOC_SHIM_H
#define REACH_CMALLOC_SHIM_H

#include <malloc.h>

/* The names of mallopt's parameters are macros that Swift does not always see; each use that Reach makes has a form here. */

/* Blocks up to `mapped` bytes come from one heap, all threads' own; free memory up to `kept` bytes at its end stays there. */
static inline void reach_shape_heap(int mapped, int kept) {
#ifdef M_MMAP_THRESHOLD
    mallopt(M_MMAP_THRESHOLD, mapped);
    mallopt(M_TRIM_THRESHOLD, kept);
    mallopt(M_TOP_PAD, kept);
    mallopt(M_ARENA_MAX, 1);
#endif
}

#endif
