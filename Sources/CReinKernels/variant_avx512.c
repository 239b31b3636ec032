// The variant for x86-64 processors with AVX-512: sixteen lanes.
#include "variants.h"

#if REIN_X86

#include <immintrin.h>

#define REIN_LANES 16
#define REIN_NAME "avx512"
#define REIN_TABLE rein_table_avx512

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#include "loops/all.h"
#pragma clang attribute pop

#endif
