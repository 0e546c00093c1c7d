#ifndef REACH_CEDITLINE_SHIM_H
#define REACH_CEDITLINE_SHIM_H

#include <histedit.h>

#endif
