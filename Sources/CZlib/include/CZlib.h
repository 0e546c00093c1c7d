// zlib as Swift sees it, and what zip archives are made of: compressed pieces that stand one behind another, checksums that add up.
#ifndef REACH_CZLIB_H
#define REACH_CZLIB_H

#include <stddef.h>
#include <stdint.h>
#include <zlib.h>

/* Readies a stream for gzip members; `inflateInit2` is a macro. */
static inline int reach_inflate_gzip_init(z_stream *stream) { return inflateInit2(stream, 15 + 16); }

/* Most bytes that `reach_deflate` writes for so many. */
size_t reach_deflate_bound(size_t count);

/*
 * Compresses one piece of a raw deflate stream. All pieces end at a byte; the last one ends the stream. Gives how many bytes were written,
 * 0 where that failed. `count` is at most 1 GiB.
 */
size_t reach_deflate(const uint8_t *bytes, size_t count, int is_last, int level, uint8_t *result, size_t capacity);

/* The CRC-32 of bytes, and of two runs of bytes one behind the other. */
uint32_t reach_crc32(const uint8_t *bytes, size_t count);
uint32_t reach_crc32_joined(uint32_t first, uint32_t second, size_t second_count);

#endif
