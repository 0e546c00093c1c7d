#include "digits.hpp"

#include <algorithm>
#include <map>

namespace reach {

namespace {

constexpr size_t mostParts = 20000;
constexpr size_t mostStates = 20000;

// A part of a non-deterministic automaton: on one of `digits` go on at `next`; without a digit at any of `jumps`.
struct Part {
    uint16_t digits = 0;
    int next = -1;
    std::vector<int> jumps;
};

struct Piece {
    int from;
    int to;
};

}  // namespace

class PatternCompiler {
public:
    explicit PatternCompiler(const std::string &pattern) : pattern_(pattern) {}

    void compile(DigitPattern &result) {
        Piece whole = alternatives();
        if (at_ != pattern_.size()) failed_ = true;
        if (!failed_) determine(whole, result);
        result.isUsable_ = !failed_;
        result.isEmpty_ = failed_;
    }

private:
    const std::string &pattern_;
    size_t at_ = 0;
    bool failed_ = false;
    std::vector<Part> parts_;

    int part() {
        if (parts_.size() > mostParts) failed_ = true;
        parts_.emplace_back();
        return static_cast<int>(parts_.size()) - 1;
    }

    bool isAt(char character) const { return at_ < pattern_.size() && pattern_[at_] == character; }

    Piece alternatives() {
        Piece result{part(), part()};
        while (true) {
            Piece branch = sequence();
            parts_[result.from].jumps.push_back(branch.from);
            parts_[branch.to].jumps.push_back(result.to);
            if (failed_ || !isAt('|')) return result;
            at_++;
        }
    }

    Piece sequence() {
        int start = part();
        Piece result{start, start};
        while (!failed_ && at_ < pattern_.size() && !isAt('|') && !isAt(')')) {
            Piece next = repeated();
            parts_[result.to].jumps.push_back(next.from);
            result.to = next.to;
        }
        return result;
    }

    // An atom and how often it may stand; a count repeats the atom's text.
    Piece repeated() {
        size_t start = at_;
        Piece once = atom();
        int least = 1, most = 1;
        if (isAt('?')) {
            least = 0;
            at_++;
        } else if (isAt('*') || isAt('+')) {
            failed_ = true;
        } else if (isAt('{')) {
            at_++;
            least = number();
            most = least;
            if (isAt(',')) {
                at_++;
                most = number();
            }
            if (!isAt('}') || most < least || most > 20) failed_ = true;
            at_++;
        }
        // Lazy and possessive forms match the same texts as a whole, but not at a beginning.
        if (isAt('?') || isAt('+')) failed_ = true;
        if (failed_ || (least == 1 && most == 1)) return once;
        size_t end = at_;
        int first = part();
        Piece result{first, first};
        int finish = part();
        for (int index = 0; index < most && !failed_; index++) {
            if (index >= least) parts_[result.to].jumps.push_back(finish);
            Piece next = once;
            if (index > 0) {
                at_ = start;
                next = atom();
            }
            parts_[result.to].jumps.push_back(next.from);
            result.to = next.to;
        }
        parts_[result.to].jumps.push_back(finish);
        result.to = finish;
        at_ = end;
        return result;
    }

    int number() {
        int value = 0;
        if (at_ >= pattern_.size() || pattern_[at_] < '0' || pattern_[at_] > '9') failed_ = true;
        while (at_ < pattern_.size() && pattern_[at_] >= '0' && pattern_[at_] <= '9' && value < 1000)
            value = value * 10 + (pattern_[at_++] - '0');
        return value;
    }

    Piece atom() {
        if (failed_ || at_ >= pattern_.size()) {
            failed_ = true;
            return Piece{part(), part()};
        }
        char character = pattern_[at_];
        if (character == '(') return group();
        if (character == '$') {
            at_++;
            int here = part();
            return Piece{here, here};
        }
        uint16_t digits = 0;
        if (character == '[') {
            digits = digitClass();
        } else if (character == '\\' && at_ + 1 < pattern_.size() && pattern_[at_ + 1] == 'd') {
            digits = 0x3FF;
            at_ += 2;
        } else if (character >= '0' && character <= '9') {
            digits = static_cast<uint16_t>(1 << (character - '0'));
            at_++;
        } else {
            failed_ = true;
        }
        int from = part(), to = part();
        parts_[from].digits = digits;
        parts_[from].next = to;
        return Piece{from, to};
    }

    Piece group() {
        at_++;
        if (isAt('?')) {
            at_++;
            if (!isAt(':')) failed_ = true;
            at_++;
        }
        Piece inner = alternatives();
        if (!isAt(')')) failed_ = true;
        at_++;
        return inner;
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

    void close(std::vector<int> &set) const {
        std::vector<char> isIn(parts_.size(), 0);
        for (int one : set) isIn[one] = 1;
        for (size_t index = 0; index < set.size(); index++) {
            for (int jump : parts_[set[index]].jumps) {
                if (!isIn[jump]) {
                    isIn[jump] = 1;
                    set.push_back(jump);
                }
            }
        }
        std::sort(set.begin(), set.end());
    }

    void determine(Piece whole, DigitPattern &result) {
        std::map<std::vector<int>, uint16_t> states;
        std::vector<std::vector<int>> queue;
        std::vector<int> start{whole.from};
        close(start);
        states[start] = 0;
        queue.push_back(start);
        for (size_t state = 0; state < queue.size(); state++) {
            std::vector<int> set = queue[state];
            result.accepts_.push_back(std::binary_search(set.begin(), set.end(), whole.to) ? 1 : 0);
            for (int digit = 0; digit < 10; digit++) {
                std::vector<int> following;
                for (int one : set)
                    if (parts_[one].digits >> digit & 1) following.push_back(parts_[one].next);
                if (following.empty()) {
                    result.next_.push_back(DigitPattern::dead);
                    continue;
                }
                std::sort(following.begin(), following.end());
                following.erase(std::unique(following.begin(), following.end()), following.end());
                close(following);
                auto found = states.emplace(following, static_cast<uint16_t>(queue.size()));
                if (found.second) {
                    queue.push_back(following);
                    if (queue.size() > mostStates) {
                        failed_ = true;
                        return;
                    }
                }
                result.next_.push_back(found.first->second);
            }
        }
    }
};

DigitPattern::DigitPattern(const std::string &pattern) {
    if (pattern.empty()) return;
    PatternCompiler(pattern).compile(*this);
}

}  // namespace reach
