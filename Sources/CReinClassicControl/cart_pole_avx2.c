// CartPole in vectors of four carts, for x86-64 processors with AVX2 and FMA.
#include "cart_pole.h"

#if REIN_X86

#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#define LANES 4
#include "sine_cosine.h"

// Rows to columns.
static INLINE void transpose(vd row[4]) {
    const __m256d even01 = _mm256_unpacklo_pd((__m256d)row[0], (__m256d)row[1]);
    const __m256d odd01 = _mm256_unpackhi_pd((__m256d)row[0], (__m256d)row[1]);
    const __m256d even23 = _mm256_unpacklo_pd((__m256d)row[2], (__m256d)row[3]);
    const __m256d odd23 = _mm256_unpackhi_pd((__m256d)row[2], (__m256d)row[3]);
    row[0] = (vd)_mm256_permute2f128_pd(even01, even23, 0x20);
    row[1] = (vd)_mm256_permute2f128_pd(odd01, odd23, 0x20);
    row[2] = (vd)_mm256_permute2f128_pd(even01, even23, 0x31);
    row[3] = (vd)_mm256_permute2f128_pd(odd01, odd23, 0x31);
}

static INLINE carts load_carts(const char *first, int64_t stride) {
    vd row[4];
    for (int j = 0; j < 4; j++) row[j] = (vd)_mm256_loadu_pd((const double *)(first + j * stride));
    transpose(row);
    return (carts){row[0], row[1], row[2], row[3]};
}

static INLINE void store_carts(carts c, char *first, int64_t stride, float *observations) {
    vd row[4] = {c.position, c.velocity, c.angle, c.spin};
    transpose(row);
    for (int j = 0; j < 4; j++) {
        _mm256_storeu_pd((double *)(first + j * stride), (__m256d)row[j]);
        _mm_storeu_ps(observations + 4 * j, _mm256_cvtpd_ps((__m256d)row[j]));
    }
}

static INLINE vd load_actions(const float *actions) { return (vd)_mm256_cvtps_pd(_mm_loadu_ps(actions)); }
static INLINE uint64_t bits_of(vl condition) { return (uint64_t)_mm256_movemask_pd((__m256d)condition); }

#define STEP rein_cart_pole_step_4
#include "cart_pole_vectors.h"

#pragma clang attribute pop

#endif
