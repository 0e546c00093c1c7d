#include "prefix.hpp"

#include <algorithm>

namespace reach {

namespace {

constexpr size_t mostInstructions = 5000;

}  // namespace

PrefixPattern::PrefixPattern(const std::string &pattern) {
    PatternNode whole;
    isUsable_ = parsePattern(pattern, whole);
    if (!isUsable_) return;
    compile(whole);
    add(Operation::match);
    if (program_.size() > mostInstructions || groupCount_ > 2) isUsable_ = false;
}

int PrefixPattern::add(Operation operation) {
    program_.push_back(Instruction{operation});
    return static_cast<int>(program_.size()) - 1;
}

void PrefixPattern::compile(const PatternNode &node) {
    switch (node.kind) {
        case PatternNode::Kind::digits:
            program_[static_cast<size_t>(add(Operation::digit))].digits = node.digits;
            break;
        case PatternNode::Kind::end: add(Operation::end); break;
        case PatternNode::Kind::sequence:
            for (const PatternNode &child : node.children) compile(child);
            break;
        case PatternNode::Kind::capture: {
            groupCount_ = std::max(groupCount_, node.group);
            program_[static_cast<size_t>(add(Operation::open))].first = node.group;
            compile(node.children.front());
            program_[static_cast<size_t>(add(Operation::close))].first = node.group;
            break;
        }
        case PatternNode::Kind::alternatives: {
            std::vector<int> jumps;
            for (size_t index = 0; index < node.children.size(); index++) {
                bool isLast = index + 1 == node.children.size();
                int fork = isLast ? -1 : add(Operation::fork);
                if (!isLast) program_[static_cast<size_t>(fork)].first = fork + 1;
                compile(node.children[index]);
                if (isLast) break;
                jumps.push_back(add(Operation::jump));
                program_[static_cast<size_t>(fork)].second = static_cast<int>(program_.size());
            }
            for (int jump : jumps) program_[static_cast<size_t>(jump)].first = static_cast<int>(program_.size());
            break;
        }
        case PatternNode::Kind::repeat: {
            for (int index = 0; index < node.least; index++) compile(node.children.front());
            std::vector<int> forks;
            for (int index = node.least; index < node.most; index++) {
                int fork = add(Operation::fork);
                program_[static_cast<size_t>(fork)].first = fork + 1;
                forks.push_back(fork);
                compile(node.children.front());
            }
            for (int fork : forks) program_[static_cast<size_t>(fork)].second = static_cast<int>(program_.size());
            break;
        }
    }
}

bool PrefixPattern::match(const uint8_t *digits, size_t count, Match &result) const {
    result = Match();
    return run(0, 0, digits, count, result);
}

// Every way through the program ends, since nothing in it goes back.
bool PrefixPattern::run(size_t place, size_t at, const uint8_t *digits, size_t count, Match &result) const {
    while (true) {
        const Instruction &instruction = program_[place];
        switch (instruction.operation) {
            case Operation::digit:
                if (at == count || !(instruction.digits >> digits[at] & 1)) return false;
                at++;
                place++;
                break;
            case Operation::end:
                if (at != count) return false;
                place++;
                break;
            case Operation::fork:
                if (run(static_cast<size_t>(instruction.first), at, digits, count, result)) return true;
                place = static_cast<size_t>(instruction.second);
                break;
            case Operation::jump: place = static_cast<size_t>(instruction.first); break;
            case Operation::open:
            case Operation::close: {
                size_t *borders = instruction.operation == Operation::open ? result.starts : result.ends;
                size_t &border = borders[instruction.first - 1];
                size_t before = border;
                border = at;
                if (run(place + 1, at, digits, count, result)) return true;
                border = before;
                return false;
            }
            case Operation::match: result.count = at; return true;
        }
    }
}

TrunkPrefix::TrunkPrefix(const std::string &pattern, const std::string &transform)
    : pattern_(pattern), transform_(transform) {}

ptrdiff_t TrunkPrefix::strip(const uint8_t *digits, size_t count, uint8_t *result, size_t capacity) const {
    PrefixPattern::Match match;
    if (!pattern_.match(digits, count, match)) return -1;
    size_t length = 0;
    auto append = [&](const uint8_t *from, size_t howMany) {
        if (howMany > capacity - length) return false;
        std::copy(from, from + howMany, result + length);
        length += howMany;
        return true;
    };
    int groups = pattern_.groupCount();
    // The last of the groups decides; where it holds nothing, the prefix is merely taken off.
    if (!transform_.empty() && groups > 0 && match.ends[groups - 1] > match.starts[groups - 1]) {
        for (size_t index = 0; index < transform_.size(); index++) {
            char character = transform_[index];
            if (character != '$') {
                uint8_t digit = static_cast<uint8_t>(character - '0');
                if (digit > 9 || !append(&digit, 1)) return -2;
                continue;
            }
            size_t group = static_cast<size_t>(transform_[++index] - '1');
            if (group > 1 || !append(digits + match.starts[group], match.ends[group] - match.starts[group])) return -2;
        }
    }
    return append(digits + match.count, count - match.count) ? static_cast<ptrdiff_t>(length) : -2;
}

}  // namespace reach
