// The filters of PNG, which say of each byte how it differs from its neighbours.
#pragma once

#include <cstddef>
#include <cstdint>

namespace stirfry {

// Undoes the filters of an image of 8 bits a channel, and lays its channels one after the other.
//
// lines: H x (1 + W x C) bytes, as they were inflated: each line's filter, then its pixels, filtered.
// C is 1 or 3.
// pixels: [P][H][W]; P is C, or 3 where C is 1: then all three are the grey one.
// scratch: two lines, of 2 x W x C bytes.
// Returns whether every filter is one of the five.
bool unfilter(const uint8_t* lines, size_t H, size_t W, size_t C, size_t P, uint8_t* scratch, uint8_t* pixels);

}  // namespace stirfry
