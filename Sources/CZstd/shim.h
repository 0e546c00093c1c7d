// The zstd library as Swift sees it: whole buffers in, whole buffers out.
#pragma once

#include <zstd.h>
