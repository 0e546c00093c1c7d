// Texts that are no telephone numbers, told without asking the library.
#pragma once

#include <cstddef>
#include <cstdint>

namespace reach {

// Whether the library certainly takes the text for no number of any country: what it looks for, from the first digit or `+` on, is three digits
// with nothing but punctuation between them, then letters, digits and punctuation, then perhaps an extension. Says no wherever a text comes near
// to what the library does before it looks: several numbers in one, parameters of a URI, digits of other scripts.
bool isSurelyNoNumber(const uint8_t *text, size_t length);

}  // namespace reach
