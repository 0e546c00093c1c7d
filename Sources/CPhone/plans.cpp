#include "plans.hpp"

#include <phonenumbers/phonemetadata.pb.h>

#include <algorithm>
#include <atomic>
#include <map>

namespace i18n {
namespace phonenumbers {
// Part of the library, though of none of its headers.
int metadata_size();
const void *metadata_get();
}  // namespace phonenumbers
}  // namespace i18n

namespace reach {

using i18n::phonenumbers::PhoneMetadata;
using i18n::phonenumbers::PhoneMetadataCollection;
using i18n::phonenumbers::PhoneNumberDesc;

namespace {

uint32_t lengthBits(const PhoneNumberDesc &description) {
    uint32_t bits = 0;
    for (int length : description.possible_length())
        if (length > 0 && length < 32) bits |= 1u << length;
    // Numbers of this kind do not exist.
    if (bits == 0 && description.possible_length_size() > 0) bits = 1u << 31;
    return bits;
}

}  // namespace

NumberPlan::NumberPlan(const PhoneMetadata &metadata)
    : region(metadata.id()),
      leading_(metadata.leading_digits()),
      abroad_(metadata.international_prefix()),
      trunk_(metadata.national_prefix_for_parsing()),
      trunkPrefix_(metadata.national_prefix_for_parsing(), metadata.national_prefix_transform_rule()) {
    for (char digit : std::to_string(metadata.country_code())) code.push_back(static_cast<uint8_t>(digit - '0'));
    const PhoneNumberDesc &general = metadata.general_desc();
    general_ = kind(general.national_number_pattern(), lengthBits(general));
    lengths_.assign(general.possible_length().begin(), general.possible_length().end());
    for (int length : general.possible_length_local_only())
        if (length > 0 && length < 32) localLengths_ |= 1u << length;
    // Most numbers that are asked for are mobile.
    const PhoneNumberDesc *descriptions[] = {
        &metadata.mobile(),          &metadata.fixed_line(), &metadata.toll_free(), &metadata.premium_rate(),
        &metadata.shared_cost(),     &metadata.voip(),       &metadata.personal_number(), &metadata.pager(),
        &metadata.uan(),             &metadata.voicemail(),
    };
    for (const PhoneNumberDesc *description : descriptions)
        if (!description->national_number_pattern().empty())
            kinds_.push_back(kind(description->national_number_pattern(), lengthBits(*description)));
    if (!leading_.isUsable() || !trunk_.isUsable() || !trunkPrefix_.isUsable() || lengths_.empty()) isUsable = false;
}

NumberKind NumberPlan::kind(const std::string &pattern, uint32_t lengths) {
    NumberKind result{DigitPattern(pattern), lengths};
    if (!result.pattern.isUsable()) isUsable = false;
    return result;
}

bool NumberPlan::isValid(const uint8_t *digits, size_t count) const {
    if (!general_.holds(digits, count)) return false;
    return std::any_of(kinds_.begin(), kinds_.end(), [&](const NumberKind &kind) { return kind.holds(digits, count); });
}

bool NumberPlan::claims(const uint8_t *digits, size_t count) const {
    return leading_.isEmpty() ? isValid(digits, count) : leading_.begins(digits, count);
}

bool NumberPlan::isTooLong(size_t count) const {
    if (count < 32 && localLengths_ >> count & 1) return false;
    return lengths_.back() < static_cast<int>(count);
}

bool NumberPlan::isPossibleLength(size_t count) const {
    if (count < 32 && localLengths_ >> count & 1) return false;
    int length = static_cast<int>(count);
    if (lengths_.front() > length) return false;
    return lengths_.back() < length || std::find(lengths_.begin(), lengths_.end(), length) != lengths_.end();
}

PrefixAnswer NumberPlan::strip(const uint8_t *digits, size_t count, NumberDigits &rest) const {
    // The table takes an end mark for nothing, so it lets through too much and nothing too little.
    if (count == 0 || !trunk_.begins(digits, count)) return PrefixAnswer::none;
    ptrdiff_t left = trunkPrefix_.strip(digits, count, rest.own, sizeof rest.own);
    if (left == -1) return PrefixAnswer::none;
    if (left < 0) return PrefixAnswer::unsure;
    if (isGeneral(digits, count) && !isGeneral(rest.own, static_cast<size_t>(left))) return PrefixAnswer::none;
    rest.digits = rest.own;
    rest.count = static_cast<size_t>(left);
    return PrefixAnswer::stripped;
}

struct Plans::Stored {
    PhoneMetadataCollection collection;
    std::map<std::string, const PhoneMetadata *> byRegion;
    std::map<unsigned, std::vector<const PhoneMetadata *>> byCode;
    std::mutex mutex;
    std::map<const PhoneMetadata *, std::unique_ptr<NumberPlan>> plans;
    std::array<std::atomic<const Sharing *>, 1000> sharing{};
    std::vector<std::unique_ptr<Sharing>> kept;

    // The mutex is held.
    const NumberPlan *plan(const PhoneMetadata *metadata) {
        std::unique_ptr<NumberPlan> &plan = plans[metadata];
        if (!plan) plan = std::make_unique<NumberPlan>(*metadata);
        return plan.get();
    }
};

Plans::Plans() : stored_(std::make_unique<Stored>()) {
    Stored &stored = *stored_;
    stored.collection.ParseFromArray(i18n::phonenumbers::metadata_get(), i18n::phonenumbers::metadata_size());
    for (const PhoneMetadata &metadata : stored.collection.metadata()) {
        if (metadata.id() != "001") stored.byRegion[metadata.id()] = &metadata;
        auto &sharing = stored.byCode[static_cast<unsigned>(metadata.country_code())];
        if (metadata.main_country_for_code())
            sharing.insert(sharing.begin(), &metadata);
        else
            sharing.push_back(&metadata);
    }
}

Plans::~Plans() = default;

Plans &Plans::shared() {
    // Never taken down, so that threads may go on until the process ends.
    static Plans *plans = new Plans();
    return *plans;
}

const NumberPlan *Plans::ofRegion(const std::string &region) {
    auto found = stored_->byRegion.find(region);
    if (found == stored_->byRegion.end()) return nullptr;
    std::lock_guard<std::mutex> lock(stored_->mutex);
    return stored_->plan(found->second);
}

const Plans::Sharing *Plans::ofCode(unsigned code) {
    const Sharing *known = stored_->sharing[code].load(std::memory_order_acquire);
    if (known) return known;
    auto found = stored_->byCode.find(code);
    if (found == stored_->byCode.end()) return nullptr;
    std::lock_guard<std::mutex> lock(stored_->mutex);
    known = stored_->sharing[code].load(std::memory_order_relaxed);
    if (known) return known;
    auto made = std::make_unique<Sharing>();
    for (const PhoneMetadata *metadata : found->second) {
        made->plans.push_back(stored_->plan(metadata));
        made->isUsable = made->isUsable && made->plans.back()->isUsable;
    }
    stored_->kept.push_back(std::move(made));
    known = stored_->kept.back().get();
    stored_->sharing[code].store(known, std::memory_order_release);
    return known;
}

}  // namespace reach
