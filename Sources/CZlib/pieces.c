#include "CZlib.h"

#include <string.h>

size_t reach_deflate_bound(size_t count) { return compressBound(count) + 32; }

size_t reach_deflate(const uint8_t *bytes, size_t count, int is_last, int level, uint8_t *result, size_t capacity) {
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    if (deflateInit2(&stream, level, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) != Z_OK) return 0;
    stream.next_in = (Bytef *)bytes;
    stream.avail_in = (uInt)count;
    stream.next_out = result;
    stream.avail_out = (uInt)capacity;
    int state = deflate(&stream, is_last ? Z_FINISH : Z_SYNC_FLUSH);
    size_t written = stream.total_out;
    int is_whole = stream.avail_in == 0 && (is_last ? state == Z_STREAM_END : state == Z_OK && stream.avail_out > 0);
    deflateEnd(&stream);
    return is_whole ? written : 0;
}

uint32_t reach_crc32(const uint8_t *bytes, size_t count) { return (uint32_t)crc32_z(0, bytes, count); }

uint32_t reach_crc32_joined(uint32_t first, uint32_t second, size_t second_count) {
    return (uint32_t)crc32_combine(first, second, (z_off_t)second_count);
}
