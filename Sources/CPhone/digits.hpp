// Patterns over digits, as telephone metadata have them, turned into tables that are walked a digit at a time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace reach {

// A deterministic automaton over the ten digits.
class DigitPattern {
public:
    // `isUsable` is false for what `parsePattern` does not understand, and for patterns that would take too many states. An end mark `$` is taken for nothing, so that such a pattern begins more numbers than it should.
    explicit DigitPattern(const std::string &pattern);
    DigitPattern() = default;

    bool isUsable() const { return isUsable_; }
    bool isEmpty() const { return isEmpty_; }

    bool matches(const uint8_t *digits, size_t count) const {
        if (isEmpty_) return false;
        uint32_t state = 0;
        for (size_t index = 0; index < count; index++) {
            state = next_[state * 10 + digits[index]];
            if (state == dead) return false;
        }
        return accepts_[state] != 0;
    }

    // Whether some beginning of the digits matches.
    bool begins(const uint8_t *digits, size_t count) const {
        if (isEmpty_) return false;
        uint32_t state = 0;
        for (size_t index = 0;; index++) {
            if (accepts_[state]) return true;
            if (index == count) return false;
            state = next_[state * 10 + digits[index]];
            if (state == dead) return false;
        }
    }

private:
    static constexpr uint16_t dead = 0xFFFF;
    std::vector<uint16_t> next_;
    std::vector<uint8_t> accepts_;
    bool isUsable_ = true;
    bool isEmpty_ = true;

    friend class PatternCompiler;
};

}  // namespace reach
