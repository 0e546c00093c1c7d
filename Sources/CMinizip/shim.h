// The reading side of minizip, which comes with zlib, as Swift sees it.
#pragma once

#include <minizip/unzip.h>
