// The prefix that people of a country dial before a number, and what becomes of the number without it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "pattern.hpp"

namespace reach {

// A pattern that is matched at the beginning of digits as regular expressions are: the first alternative that leads on counts, and groups are told.
class PrefixPattern {
public:
    // What matched: how many digits, and where the groups 1 and 2 are, with equal ends where they hold nothing.
    struct Match {
        size_t count = 0;
        size_t starts[2] = {0, 0};
        size_t ends[2] = {0, 0};
    };

    PrefixPattern() = default;
    explicit PrefixPattern(const std::string &pattern);

    bool isUsable() const { return isUsable_; }
    int groupCount() const { return groupCount_; }
    bool match(const uint8_t *digits, size_t count, Match &result) const;

private:
    enum class Operation : uint8_t { digit, end, fork, jump, open, close, match };

    struct Instruction {
        Operation operation;
        // Of `digit`: those that fit.
        uint16_t digits = 0;
        // Where to go on: the first choice of `fork`, its second one; of `jump`; the group of `open` and `close`.
        int first = 0;
        int second = 0;
    };

    std::vector<Instruction> program_;
    int groupCount_ = 0;
    bool isUsable_ = true;

    void compile(const PatternNode &node);
    int add(Operation operation);
    bool run(size_t place, size_t at, const uint8_t *digits, size_t count, Match &result) const;
};

// How a trunk prefix is taken off: `transform` (`9$1`) says what the number begins with instead where a group matched.
class TrunkPrefix {
public:
    TrunkPrefix() = default;
    TrunkPrefix(const std::string &pattern, const std::string &transform);

    bool isUsable() const { return pattern_.isUsable(); }
    // Writes the number without the prefix to `result`, which holds `capacity` digits, and gives its length; -1 where there is no prefix, and
    // -2 where the result is too long.
    ptrdiff_t strip(const uint8_t *digits, size_t count, uint8_t *result, size_t capacity) const;

private:
    PrefixPattern pattern_;
    std::string transform_;
};

}  // namespace reach
