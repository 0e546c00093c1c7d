#include "pattern.hpp"

#include <utility>

namespace reach {

namespace {

class PatternParser {
public:
    explicit PatternParser(const std::string &pattern) : pattern_(pattern) {}

    bool parse(PatternNode &result) {
        result = alternatives();
        return !failed_ && at_ == pattern_.size();
    }

private:
    const std::string &pattern_;
    size_t at_ = 0;
    int groups_ = 0;
    bool failed_ = false;

    bool isAt(char character) const { return at_ < pattern_.size() && pattern_[at_] == character; }

    PatternNode alternatives() {
        PatternNode result;
        result.kind = PatternNode::Kind::alternatives;
        while (true) {
            result.children.push_back(sequence());
            if (failed_ || !isAt('|')) return result;
            at_++;
        }
    }

    PatternNode sequence() {
        PatternNode result;
        while (!failed_ && at_ < pattern_.size() && !isAt('|') && !isAt(')')) result.children.push_back(repeated());
        return result;
    }

    PatternNode repeated() {
        PatternNode once = atom();
        PatternNode result;
        result.kind = PatternNode::Kind::repeat;
        if (isAt('?')) {
            result.least = 0;
            at_++;
        } else if (isAt('{')) {
            at_++;
            result.least = result.most = number();
            if (isAt(',')) {
                at_++;
                result.most = number();
            }
            if (!isAt('}') || result.most < result.least || result.most > 20) failed_ = true;
            at_++;
        }
        if (isAt('*') || isAt('+') || isAt('?')) failed_ = true;
        if (result.least == 1 && result.most == 1) return once;
        result.children.push_back(std::move(once));
        return result;
    }

    int number() {
        int value = 0;
        if (at_ >= pattern_.size() || pattern_[at_] < '0' || pattern_[at_] > '9') failed_ = true;
        while (at_ < pattern_.size() && pattern_[at_] >= '0' && pattern_[at_] <= '9' && value < 1000)
            value = value * 10 + (pattern_[at_++] - '0');
        return value;
    }

    PatternNode atom() {
        PatternNode result;
        if (failed_ || at_ >= pattern_.size()) {
            failed_ = true;
            return result;
        }
        char character = pattern_[at_];
        if (character == '(') return group();
        if (character == '$') {
            at_++;
            result.kind = PatternNode::Kind::end;
            return result;
        }
        result.kind = PatternNode::Kind::digits;
        if (character == '[') {
            result.digits = digitClass();
        } else if (character == '\\' && at_ + 1 < pattern_.size() && pattern_[at_ + 1] == 'd') {
            result.digits = 0x3FF;
            at_ += 2;
        } else if (character >= '0' && character <= '9') {
            result.digits = static_cast<uint16_t>(1 << (character - '0'));
            at_++;
        } else {
            failed_ = true;
        }
        return result;
    }

    PatternNode group() {
        at_++;
        PatternNode result;
        if (isAt('?')) {
            at_++;
            if (!isAt(':')) failed_ = true;
            at_++;
            result = alternatives();
        } else {
            result.kind = PatternNode::Kind::capture;
            result.group = ++groups_;
            result.children.push_back(alternatives());
        }
        if (!isAt(')')) failed_ = true;
        at_++;
        return result;
    }

    uint16_t digitClass() {
        uint16_t digits = 0;
        at_++;
        while (!failed_ && !isAt(']')) {
            if (at_ >= pattern_.size()) {
                failed_ = true;
                break;
            }
            char low = pattern_[at_++];
            if (low == '\\' && isAt('d')) {
                at_++;
                digits |= 0x3FF;
                continue;
            }
            char high = low;
            if (isAt('-')) {
                at_++;
                high = at_ < pattern_.size() ? pattern_[at_++] : 'x';
            }
            if (low < '0' || high > '9' || high < low) {
                failed_ = true;
                break;
            }
            for (char digit = low; digit <= high; digit++) digits |= static_cast<uint16_t>(1 << (digit - '0'));
        }
        at_++;
        return digits;
    }
};

}  // namespace

bool parsePattern(const std::string &pattern, PatternNode &result) { return PatternParser(pattern).parse(result); }

}  // namespace reach
