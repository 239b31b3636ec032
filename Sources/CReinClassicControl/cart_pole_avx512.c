// CartPole in vectors of eight carts, for x86-64 processors with AVX-512.
#include "cart_pole.h"

#if REIN_X86

#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512vl,avx2,fma"))), apply_to = function)

#define LANES 8
#include "sine_cosine.h"

// Carts j and j + 4 side by side.
static INLINE __m512d load_pair(const char *first, int64_t stride, int j) {
    const __m512d low = _mm512_castpd256_pd512(_mm256_loadu_pd((const double *)(first + j * stride)));
    return _mm512_insertf64x4(low, _mm256_loadu_pd((const double *)(first + (j + 4) * stride)), 1);
}

static INLINE carts load_carts(const char *first, int64_t stride) {
    const __m512d r0 = load_pair(first, stride, 0), r1 = load_pair(first, stride, 1);
    const __m512d r2 = load_pair(first, stride, 2), r3 = load_pair(first, stride, 3);
    const __m512d even01 = _mm512_unpacklo_pd(r0, r1), even23 = _mm512_unpacklo_pd(r2, r3);
    const __m512d odd01 = _mm512_unpackhi_pd(r0, r1), odd23 = _mm512_unpackhi_pd(r2, r3);
    const __m512i front = _mm512_setr_epi64(0, 1, 8, 9, 4, 5, 12, 13);
    const __m512i back = _mm512_setr_epi64(2, 3, 10, 11, 6, 7, 14, 15);
    return (carts){
        .position = (vd)_mm512_permutex2var_pd(even01, front, even23),
        .velocity = (vd)_mm512_permutex2var_pd(odd01, front, odd23),
        .angle = (vd)_mm512_permutex2var_pd(even01, back, even23),
        .spin = (vd)_mm512_permutex2var_pd(odd01, back, odd23),
    };
}

// Two carts in z: cart j in its lower half, cart j + 2 in its upper half.
static INLINE void store_pair(char *first, int64_t stride, int j, __m512d z) {
    _mm256_storeu_pd((double *)(first + j * stride), _mm512_castpd512_pd256(z));
    _mm256_storeu_pd((double *)(first + (j + 2) * stride), _mm512_extractf64x4_pd(z, 1));
}

static INLINE void store_carts(carts c, char *first, int64_t stride, float *observations) {
    const __m512d even_cart = _mm512_unpacklo_pd((__m512d)c.position, (__m512d)c.velocity);
    const __m512d odd_cart = _mm512_unpackhi_pd((__m512d)c.position, (__m512d)c.velocity);
    const __m512d even_pole = _mm512_unpacklo_pd((__m512d)c.angle, (__m512d)c.spin);
    const __m512d odd_pole = _mm512_unpackhi_pd((__m512d)c.angle, (__m512d)c.spin);
    const __m512i front = _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11);
    const __m512i back = _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15);
    const __m512d carts02 = _mm512_permutex2var_pd(even_cart, front, even_pole);
    const __m512d carts46 = _mm512_permutex2var_pd(even_cart, back, even_pole);
    const __m512d carts13 = _mm512_permutex2var_pd(odd_cart, front, odd_pole);
    const __m512d carts57 = _mm512_permutex2var_pd(odd_cart, back, odd_pole);
    store_pair(first, stride, 0, carts02);
    store_pair(first, stride, 1, carts13);
    store_pair(first, stride, 4, carts46);
    store_pair(first, stride, 5, carts57);
    const __m256 seen02 = _mm512_cvtpd_ps(carts02), seen13 = _mm512_cvtpd_ps(carts13);
    const __m256 seen46 = _mm512_cvtpd_ps(carts46), seen57 = _mm512_cvtpd_ps(carts57);
    _mm256_storeu_ps(observations, _mm256_permute2f128_ps(seen02, seen13, 0x20));
    _mm256_storeu_ps(observations + 8, _mm256_permute2f128_ps(seen02, seen13, 0x31));
    _mm256_storeu_ps(observations + 16, _mm256_permute2f128_ps(seen46, seen57, 0x20));
    _mm256_storeu_ps(observations + 24, _mm256_permute2f128_ps(seen46, seen57, 0x31));
}

static INLINE vd load_actions(const float *actions) { return (vd)_mm512_cvtps_pd(_mm256_loadu_ps(actions)); }
static INLINE uint64_t bits_of(vl condition) { return (uint64_t)_mm512_movepi64_mask((__m512i)condition); }

#define STEP rein_cart_pole_step_8
#include "cart_pole_vectors.h"

#pragma clang attribute pop

#endif
