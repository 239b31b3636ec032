// Vectors of REIN_LANES floats: types, loads and stores, whole and in part.

#include <string.h>

enum { LANES = REIN_LANES };

typedef float vf __attribute__((ext_vector_type(REIN_LANES)));
typedef int32_t vi __attribute__((ext_vector_type(REIN_LANES)));
typedef double vd __attribute__((ext_vector_type(REIN_LANES)));
typedef float vf_unaligned __attribute__((ext_vector_type(REIN_LANES), aligned(4), may_alias));

#define INLINE static inline __attribute__((always_inline))

/// a * b + c: rounded once in the AVX variants, and in the portable one where the processor can do that.
#if REIN_LANES > 4
#define FMA(a, b, c) __builtin_elementwise_fma((a), (b), (c))
#else
#define FMA(a, b, c) ((a) * (b) + (c))
#endif

INLINE vf load(const float *p) { return *(const vf_unaligned *)p; }
INLINE void store(float *p, vf value) { *(vf_unaligned *)p = value; }
INLINE vf splat(float value) { return (vf)value; }

// The first n lanes, 0 < n < LANES; the other lanes are zero and their memory is not touched.
#if REIN_LANES == 16
INLINE vf load_part(const float *p, int64_t n) {
    return (vf)_mm512_maskz_loadu_ps((__mmask16)((1u << n) - 1), p);
}
INLINE void store_part(float *p, vf value, int64_t n) {
    _mm512_mask_storeu_ps(p, (__mmask16)((1u << n) - 1), (__m512)value);
}
#elif REIN_LANES == 8
static const int32_t part_masks[16] = {-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0};
INLINE __m256i part_mask(int64_t n) { return _mm256_loadu_si256((const __m256i *)(part_masks + 8 - n)); }
INLINE vf load_part(const float *p, int64_t n) { return (vf)_mm256_maskload_ps(p, part_mask(n)); }
INLINE void store_part(float *p, vf value, int64_t n) { _mm256_maskstore_ps(p, part_mask(n), (__m256)value); }
#else
INLINE vf load_part(const float *p, int64_t n) {
    vf value = 0;
    for (int64_t i = 0; i < n; i++) value[i] = p[i];
    return value;
}
INLINE void store_part(float *p, vf value, int64_t n) {
    for (int64_t i = 0; i < n; i++) p[i] = value[i];
}
#endif

/// Where a condition's lanes are all ones the lane of a, elsewhere that of b.
INLINE vf pick(vi condition, vf a, vf b) { return (vf)((condition & (vi)a) | (~condition & (vi)b)); }
INLINE vf magnitude(vf x) { return __builtin_elementwise_abs(x); }
INLINE vf with_sign_of(vf size, vf sign) {
    const vi sign_bit = (vi)INT32_MIN;
    return (vf)((vi)size | ((vi)sign & sign_bit));
}

/// Runs `BODY` for every vector of n elements: a statement over int64_t i that may use LOAD(p) and STORE(p, value),
/// which mean the vector at p + i, in part at the end.
#define EACH_VECTOR(n, BODY)                                                                                        \
    do {                                                                                                            \
        int64_t i = 0;                                                                                              \
        const int64_t each_count = (n);                                                                             \
        for (; i + LANES <= each_count; i += LANES) {                                                               \
            const int each_partial = 0;                                                                             \
            const int64_t each_rest = 0;                                                                            \
            BODY                                                                                                    \
        }                                                                                                           \
        if (i < each_count) {                                                                                       \
            const int each_partial = 1;                                                                             \
            const int64_t each_rest = each_count - i;                                                               \
            BODY                                                                                                    \
        }                                                                                                           \
    } while (0)
#define LOAD(p) (each_partial ? load_part((p) + i, each_rest) : load((p) + i))
#define STORE(p, value)                                                                                             \
    do {                                                                                                            \
        if (each_partial) store_part((p) + i, (value), each_rest);                                                  \
        else store((p) + i, (value));                                                                               \
    } while (0)
