// Numbering plans, read from the metadata that libphonenumber carries.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "digits.hpp"
#include "prefix.hpp"

namespace i18n {
namespace phonenumbers {
class PhoneMetadata;
}
}  // namespace i18n

namespace reach {

// One kind of number of a plan: mobile, fixed, …
struct NumberKind {
    DigitPattern pattern;
    // Bit n where numbers may be n digits long; 0 where the pattern alone decides.
    uint32_t lengths = 0;

    bool holds(const uint8_t *digits, size_t count) const {
        return (lengths == 0 || (count < 32 && lengths >> count & 1)) && pattern.matches(digits, count);
    }
};

enum class PrefixAnswer { none, stripped, unsure };

// Digits that may have to be written anew.
struct NumberDigits {
    const uint8_t *digits;
    size_t count;
    uint8_t own[20];

    NumberDigits(const uint8_t *digits, size_t count) : digits(digits), count(count) {}
    NumberDigits(const NumberDigits &) = delete;
    NumberDigits &operator=(const NumberDigits &) = delete;
};

// The numbers of one country, or of a code that belongs to none.
class NumberPlan {
public:
    explicit NumberPlan(const i18n::phonenumbers::PhoneMetadata &metadata);

    std::string region;
    std::vector<uint8_t> code;
    bool isUsable = true;

    bool isGeneral(const uint8_t *digits, size_t count) const { return general_.pattern.matches(digits, count); }
    bool isValid(const uint8_t *digits, size_t count) const;
    // Whether the plan claims the number among plans that share a country code.
    bool claims(const uint8_t *digits, size_t count) const;
    bool isTooLong(size_t count) const;
    // Whether the length is one that a number without its trunk prefix may have.
    bool isPossibleLength(size_t count) const;
    bool mayDialAbroad(const uint8_t *digits, size_t count) const {
        return !abroad_.isUsable() || abroad_.begins(digits, count);
    }
    // Writes the number without its trunk prefix to `rest`, which has what it has otherwise.
    PrefixAnswer strip(const uint8_t *digits, size_t count, NumberDigits &rest) const;

private:
    NumberKind general_;
    std::vector<NumberKind> kinds_;
    DigitPattern leading_;
    DigitPattern abroad_;
    DigitPattern trunk_;
    TrunkPrefix trunkPrefix_;
    std::vector<int> lengths_;
    uint32_t localLengths_ = 0;

    NumberKind kind(const std::string &pattern, uint32_t lengths);
};

// All plans, made as they are needed.
class Plans {
public:
    static Plans &shared();

    // NULL where there is no such country.
    const NumberPlan *ofRegion(const std::string &region);
    // The plans that share a country code, the main one first; NULL where nobody has the code.
    struct Sharing {
        std::vector<const NumberPlan *> plans;
        bool isUsable = true;
    };
    const Sharing *ofCode(unsigned code);

private:
    Plans();
    ~Plans();
    struct Stored;
    std::unique_ptr<Stored> stored_;
};

}  // namespace reach
