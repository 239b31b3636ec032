// How many multiply-adds of floats a thread can do: chains of fused multiply-adds in registers, nothing else.
#ifndef CMULTIPLYADDPEAK_H
#define CMULTIPLYADDPEAK_H

#include <stdint.h>

/// Does at least `rounds` rounds of independent multiply-adds in the widest vectors there are, and returns their
/// number. 0 where there are no fused multiply-adds.
int64_t rein_multiply_adds(int64_t rounds);

#endif
