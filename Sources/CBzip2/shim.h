// The bzip2 library as Swift sees it.
#pragma once

#include <stdio.h>
#include <bzlib.h>
