#include "digits.hpp"

#include <algorithm>
#include <map>

#include "pattern.hpp"

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
    void compile(const std::string &pattern, DigitPattern &result) {
        PatternNode tree;
        failed_ = !parsePattern(pattern, tree);
        if (!failed_) {
            Piece whole = piece(tree);
            if (!failed_) determine(whole, result);
        }
        result.isUsable_ = !failed_;
        result.isEmpty_ = failed_;
    }

private:
    bool failed_ = false;
    std::vector<Part> parts_;

    int part() {
        if (parts_.size() > mostParts) failed_ = true;
        parts_.emplace_back();
        return static_cast<int>(parts_.size()) - 1;
    }

    void follow(Piece &result, Piece next) {
        parts_[static_cast<size_t>(result.to)].jumps.push_back(next.from);
        result.to = next.to;
    }

    Piece piece(const PatternNode &node) {
        if (failed_) return Piece{0, 0};
        switch (node.kind) {
            case PatternNode::Kind::digits: {
                Piece result{part(), part()};
                parts_[static_cast<size_t>(result.from)].digits = node.digits;
                parts_[static_cast<size_t>(result.from)].next = result.to;
                return result;
            }
            case PatternNode::Kind::capture: return piece(node.children.front());
            case PatternNode::Kind::alternatives: {
                Piece result{part(), part()};
                for (const PatternNode &child : node.children) {
                    Piece branch = piece(child);
                    parts_[static_cast<size_t>(result.from)].jumps.push_back(branch.from);
                    parts_[static_cast<size_t>(branch.to)].jumps.push_back(result.to);
                }
                return result;
            }
            case PatternNode::Kind::repeat: {
                int first = part(), finish = part();
                Piece result{first, first};
                for (int index = 0; index < node.most && !failed_; index++) {
                    if (index >= node.least) parts_[static_cast<size_t>(result.to)].jumps.push_back(finish);
                    follow(result, piece(node.children.front()));
                }
                parts_[static_cast<size_t>(result.to)].jumps.push_back(finish);
                result.to = finish;
                return result;
            }
            case PatternNode::Kind::end:
            case PatternNode::Kind::sequence: break;
        }
        int here = part();
        Piece result{here, here};
        for (const PatternNode &child : node.children) follow(result, piece(child));
        return result;
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
    PatternCompiler().compile(pattern, *this);
}

}  // namespace reach
