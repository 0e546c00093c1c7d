#include "viability.hpp"

namespace reach {

namespace {

bool isDigit(uint8_t byte) { return byte >= '0' && byte <= '9'; }

bool isLetter(uint8_t byte) {
    uint8_t lower = byte | 0x20;
    return lower >= 'a' && lower <= 'z';
}

// What the library lets stand between digits; a no-break space and a soft hyphen begin with 0xC2.
bool isPunctuation(uint8_t byte) {
    switch (byte) {
        case '-': case 'x': case 'X': case ' ': case '(': case ')': case '.': case '[': case ']': case '/': case '~': case '*': case 0xC2:
        case 0xA0: case 0xAD: return true;
        default: return false;
    }
}

// What stands in no number and no extension.
bool isForeign(uint8_t byte) {
    switch (byte) {
        case '!': case '"': case '$': case '%': case '&': case '\'': case '+': case '<': case '>': case '?': case '@': case '^': case '_':
        case '`': case '{': case '|': case '}': return true;
        default: return false;
    }
}

// A Cyrillic letter, other than those of `доб`, which is an extension.
bool isForeignLetter(uint8_t lead, uint8_t trail) {
    if (lead == 0xD0) return trail != 0x94 && trail != 0x9E && trail != 0x91 && trail != 0xB4 && trail != 0xBE && trail != 0xB1;
    return lead == 0xD1 && (trail & 0xC0) == 0x80;
}

// A second number behind a stroke is left out before the first is looked at.
bool isSecondNumber(const uint8_t *text, size_t length, size_t stroke) {
    size_t at = stroke + 1;
    while (at < length && text[at] == ' ') at++;
    return at < length && (text[at] | 0x20) == 'x';
}

}  // namespace

bool isSurelyNoNumber(const uint8_t *text, size_t length) {
    size_t start = length;
    // Whatever follows the last of these is cut off.
    size_t lastKept = 0;
    for (size_t index = 0; index < length; index++) {
        uint8_t byte = text[index];
        // Parameters of a URI; letters from U+0500 on, some of which are digits; control characters.
        if (byte == ';' || byte >= 0xD4 || byte < 0x20 || byte == 0x7F) return false;
        if ((byte == '/' || byte == '\\') && isSecondNumber(text, length, index)) return false;
        if (start == length && (isDigit(byte) || byte == '+')) start = index;
        if (isDigit(byte) || isLetter(byte) || byte == '#') lastKept = index;
        if (index > 0 && isForeignLetter(text[index - 1], byte)) lastKept = index;
    }
    if (start == length) return true;
    size_t at = start;
    while (at < length && text[at] == '+') at++;
    size_t count = 0;
    size_t end = at;
    for (; at < length && (isDigit(text[at]) || isPunctuation(text[at])); at++) {
        if (!isDigit(text[at])) continue;
        count++;
        end = at + 1;
    }
    if (count < 2) return true;
    // Two digits are a number only if they are all there is.
    if (count == 2) return end != start + 2 || lastKept >= end;
    for (; at < lastKept; at++)
        if (isForeign(text[at])) return true;
    for (at = end; at < length; at++)
        if (isForeignLetter(text[at - 1], text[at])) return true;
    return false;
}

}  // namespace reach
