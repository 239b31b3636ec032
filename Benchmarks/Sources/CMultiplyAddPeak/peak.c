#include "CMultiplyAddPeak.h"

#if defined(__x86_64__)

enum { CHAINS = 12 };

// Twelve chains hide the latency of two units and fit the registers. The empty assembly keeps each value in a register and in the loop.
#define DEFINE_PEAK(NAME, TARGET, LANES)                                                                            \
    typedef float NAME##_vector __attribute__((ext_vector_type(LANES)));                                            \
    __attribute__((target(TARGET))) static int64_t NAME(int64_t rounds) {                                           \
        NAME##_vector sums[CHAINS], factor = 0.999f, term = 0.001f;                                                 \
        for (int chain = 0; chain < CHAINS; chain++) sums[chain] = (float)chain;                                    \
        for (int64_t round = 0; round < rounds; round++) {                                                          \
            _Pragma("unroll") for (int chain = 0; chain < CHAINS; chain++) {                                        \
                sums[chain] = __builtin_elementwise_fma(sums[chain], factor, term);                                 \
                __asm__ volatile("" : "+v"(sums[chain]));                                                           \
            }                                                                                                       \
        }                                                                                                           \
        return rounds * CHAINS * LANES;                                                                             \
    }

DEFINE_PEAK(peak_avx512, "avx512f,avx2,fma", 16)
DEFINE_PEAK(peak_avx2, "avx2,fma", 8)

int64_t rein_multiply_adds(int64_t rounds) {
    if (__builtin_cpu_supports("avx512f")) return peak_avx512(rounds);
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return peak_avx2(rounds);
    return 0;
}

#else

int64_t rein_multiply_adds(int64_t rounds) { return 0; }

#endif
