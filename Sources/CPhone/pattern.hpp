// Patterns over digits, as telephone metadata have them, taken apart.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace reach {

struct PatternNode {
    enum class Kind { digits, end, sequence, alternatives, repeat, capture };

    Kind kind = Kind::sequence;
    // Bit n of `digits` where the digit n fits.
    uint16_t digits = 0;
    // Of `repeat`.
    int least = 1;
    int most = 1;
    // Of `capture`, from 1.
    int group = 0;
    std::vector<PatternNode> children;
};

// Understands digits, \d, classes, groups, alternatives, `$`, ? and counts; false for anything else. Lazy and possessive forms, `*` and `+`
// are not among it: no plan has them.
bool parsePattern(const std::string &pattern, PatternNode &result);

}  // namespace reach
