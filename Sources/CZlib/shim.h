// zlib as Swift sees it; `inflateInit2` is a macro.
#pragma once

#include <zlib.h>

/// Readies a stream for gzip members.
static inline int reach_inflate_gzip_init(z_stream *stream) { return inflateInit2(stream, 15 + 16); }
