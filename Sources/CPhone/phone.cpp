#include "phone.h"

#include <phonenumbers/logger.h>
#include <phonenumbers/phonenumberutil.h>

#include <cstring>
#include <map>
#include <mutex>
#include <string>

#include "plans.hpp"
#include "viability.hpp"

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;
using reach::NumberDigits;
using reach::NumberPlan;
using reach::Plans;
using reach::PrefixAnswer;

struct reach_phone_home {
    std::string region;
    // NULL without a country.
    const NumberPlan *plan;
};

namespace {

// Digits of a plain text, and whether a `+` stands before them.
struct PlainNumber {
    uint8_t digits[20];
    size_t count = 0;
    bool isInternational = false;

    // False where there is anything but digits, one `+` in front and the usual marks between.
    bool read(const uint8_t *text, size_t length) {
        for (size_t index = 0; index < length; index++) {
            uint8_t byte = text[index];
            if (byte >= '0' && byte <= '9') {
                if (count == 17) return false;
                digits[count++] = static_cast<uint8_t>(byte - '0');
                continue;
            }
            switch (byte) {
                case ' ': case '(': case ')': case '-': case '.': break;
                case '+':
                    if (isInternational || count > 0) return false;
                    isInternational = true;
                    break;
                case 0xC2:
                    // A no-break space.
                    if (index + 1 == length || text[index + 1] != 0xA0) return false;
                    index++;
                    break;
                default: return false;
            }
        }
        return count >= 4;
    }
};

// Without a country, digits that can only be a number with its country code are read as one.
bool looksInternational(const uint8_t *digits, size_t count) {
    return count >= 11 && count <= 15 && digits[0] != 0 && digits[0] != 8;
}

size_t write(const std::vector<uint8_t> &code, const uint8_t *digits, size_t count, uint8_t *result) {
    size_t length = 0;
    result[length++] = '+';
    for (uint8_t digit : code) result[length++] = static_cast<uint8_t>('0' + digit);
    for (size_t index = 0; index < count; index++) result[length++] = static_cast<uint8_t>('0' + digits[index]);
    return length;
}

constexpr ptrdiff_t unsure = -1;
// Without its country code.
constexpr size_t longestNumber = 17;

// What is left once the country code is known. `home` is the plan by which the number was read, NULL for the code's main one.
ptrdiff_t finish(
    const Plans::Sharing &sharing, const NumberPlan &reader, const uint8_t *digits, size_t count, uint8_t *result) {
    NumberDigits rest(digits, count);
    switch (reader.strip(digits, count, rest)) {
        case PrefixAnswer::unsure: return unsure;
        case PrefixAnswer::stripped:
            if (reader.isTooLong(rest.count) || reader.isPossibleLength(rest.count)) {
                digits = rest.digits;
                count = rest.count;
            }
            break;
        case PrefixAnswer::none: break;
    }
    if (count < 2 || count > longestNumber) return unsure;
    for (const NumberPlan *plan : sharing.plans) {
        if (sharing.plans.size() > 1 && !plan->claims(digits, count)) continue;
        if (!plan->isValid(digits, count)) return 0;
        return static_cast<ptrdiff_t>(write(reader.code, digits, count, result));
    }
    return 0;
}

ptrdiff_t readInternational(const uint8_t *digits, size_t count, uint8_t *result) {
    // No country code begins with 0. The library then tries the digits as dialled at home.
    if (digits[0] == 0) return unsure;
    unsigned code = 0;
    for (size_t length = 1; length <= 3; length++) {
        code = code * 10 + digits[length - 1];
        const Plans::Sharing *sharing = Plans::shared().ofCode(code);
        if (!sharing) continue;
        if (!sharing->isUsable) return unsure;
        return finish(*sharing, *sharing->plans.front(), digits + length, count - length, result);
    }
    // Nobody has the code; as above.
    return unsure;
}

ptrdiff_t readNational(const NumberPlan &home, const uint8_t *digits, size_t count, uint8_t *result) {
    if (!home.isUsable || home.mayDialAbroad(digits, count)) return unsure;
    unsigned code = 0;
    for (uint8_t digit : home.code) code = code * 10 + digit;
    const Plans::Sharing *sharing = Plans::shared().ofCode(code);
    if (!sharing || !sharing->isUsable) return unsure;
    if (count > home.code.size() && std::equal(home.code.begin(), home.code.end(), digits)) {
        NumberDigits rest(digits + home.code.size(), count - home.code.size());
        if (home.strip(rest.digits, rest.count, rest) == PrefixAnswer::unsure) return unsure;
        if ((!home.isGeneral(digits, count) && home.isGeneral(rest.digits, rest.count)) || home.isTooLong(count)) {
            // The code was written out, so the main country that has it reads the rest.
            return finish(*sharing, *sharing->plans.front(), rest.digits, rest.count, result);
        }
    }
    return finish(*sharing, home, digits, count, result);
}

size_t ask(const std::string &text, const std::string &region, uint8_t *result) {
    const PhoneNumberUtil &library = *PhoneNumberUtil::GetInstance();
    PhoneNumber number;
    if (library.Parse(text, region, &number) != PhoneNumberUtil::NO_PARSING_ERROR) return 0;
    if (!library.IsValidNumber(number)) return 0;
    // An extension is no part of what a message is sent to.
    number.clear_extension();
    std::string formatted;
    library.Format(number, PhoneNumberUtil::E164, &formatted);
    if (formatted.size() > reach_phone_capacity) return 0;
    std::memcpy(result, formatted.data(), formatted.size());
    return formatted.size();
}

}  // namespace

const reach_phone_home *reach_phone_home_for(const char *country) {
    static std::mutex *mutex = new std::mutex();
    static auto *homes = new std::map<std::string, reach_phone_home>();
    std::lock_guard<std::mutex> lock(*mutex);
    auto found = homes->find(country);
    if (found != homes->end()) return &found->second;
    const NumberPlan *plan = nullptr;
    if (*country) {
        plan = Plans::shared().ofRegion(country);
        if (!plan) return nullptr;
    }
    return &homes->emplace(country, reach_phone_home{country, plan}).first->second;
}

ptrdiff_t reach_phone_by_tables(const reach_phone_home *home, const uint8_t *text, size_t length, uint8_t *result) {
    PlainNumber number;
    if (!number.read(text, length)) return reach::isSurelyNoNumber(text, length) ? 0 : unsure;
    if (number.isInternational) return readInternational(number.digits, number.count, result);
    if (home->plan) return readNational(*home->plan, number.digits, number.count, result);
    if (looksInternational(number.digits, number.count))
        return readInternational(number.digits, number.count, result);
    if (number.digits[0] == 0 && number.digits[1] == 0)
        return readInternational(number.digits + 2, number.count - 2, result);
    return 0;
}

size_t reach_phone_by_library(const reach_phone_home *home, const uint8_t *text, size_t length, uint8_t *result) {
    std::string input(reinterpret_cast<const char *>(text), length);
    size_t found = ask(input, home->plan ? home->region : "ZZ", result);
    if (found || home->plan) return found;
    PlainNumber number;
    if (!number.read(text, length) || number.isInternational) return 0;
    // `00` is how most of the world dials abroad.
    if (number.digits[0] == 0 && number.digits[1] == 0) {
        std::string rest = "+";
        for (size_t index = 2; index < number.count; index++) rest += static_cast<char>('0' + number.digits[index]);
        return ask(rest, "ZZ", result);
    }
    return looksInternational(number.digits, number.count) ? ask("+" + input, "ZZ", result) : 0;
}

size_t reach_phone_normalise(const reach_phone_home *home, const uint8_t *text, size_t length, uint8_t *result) {
    ptrdiff_t known = reach_phone_by_tables(home, text, length, result);
    return known >= 0 ? static_cast<size_t>(known) : reach_phone_by_library(home, text, length, result);
}

size_t reach_phone_example(const char *country, int national, uint8_t *result, size_t capacity) {
    const PhoneNumberUtil &library = *PhoneNumberUtil::GetInstance();
    PhoneNumber number;
    if (!library.GetExampleNumberForType(country, PhoneNumberUtil::MOBILE, &number)) return 0;
    std::string formatted;
    library.Format(number, national ? PhoneNumberUtil::NATIONAL : PhoneNumberUtil::E164, &formatted);
    if (formatted.size() > capacity) return 0;
    std::memcpy(result, formatted.data(), formatted.size());
    return formatted.size();
}
