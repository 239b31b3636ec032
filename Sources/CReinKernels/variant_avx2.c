// The variant for x86-64 processors with AVX2 and fused multiply-add: eight lanes.
#include "variants.h"

#if REIN_X86

#include <immintrin.h>

#define REIN_LANES 8
#define REIN_NAME "avx2"
#define REIN_TABLE rein_table_avx2

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "loops/all.h"
#pragma clang attribute pop

#endif
