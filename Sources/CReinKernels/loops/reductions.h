// Sums in sixteen lanes of doubles, whatever the vector width: element i belongs to lane i mod 16.

enum { REDUCTION_LANES = 16, REDUCTION_VECTORS = REDUCTION_LANES / REIN_LANES };

// A macro, since two registers of doubles cannot be returned without a warning about the calling convention.
#define widen(x) __builtin_convertvector((x), vd)

/// Folds lane i + 8 into lane i, then i + 4, i + 2 and i + 1.
INLINE double fold(const vd *sums) {
    double lanes[REDUCTION_LANES];
    memcpy(lanes, sums, sizeof(lanes));
    for (int width = REDUCTION_LANES / 2; width > 0; width /= 2) {
        for (int i = 0; i < width; i++) lanes[i] += lanes[i + width];
    }
    return lanes[0];
}

/// Adds TERM, an expression over vectors a (of x) and b (of y), of sixteen elements at a time; zeros fill the end up.
#define REDUCE(x, y, n, TERM)                                                                                       \
    vd sums[REDUCTION_VECTORS];                                                                                     \
    for (int q = 0; q < REDUCTION_VECTORS; q++) sums[q] = 0;                                                        \
    int64_t i = 0;                                                                                                  \
    for (; i + REDUCTION_LANES <= (n); i += REDUCTION_LANES) {                                                      \
        for (int q = 0; q < REDUCTION_VECTORS; q++) {                                                               \
            const vd a = widen(load((x) + i + q * LANES)), b = widen(load((y) + i + q * LANES));                    \
            (void)b;                                                                                                \
            sums[q] += TERM;                                                                                        \
        }                                                                                                           \
    }                                                                                                               \
    if (i < (n)) {                                                                                                  \
        float rest_x[REDUCTION_LANES] = {0}, rest_y[REDUCTION_LANES] = {0};                                         \
        memcpy(rest_x, (x) + i, (size_t)((n) - i) * sizeof(float));                                                 \
        memcpy(rest_y, (y) + i, (size_t)((n) - i) * sizeof(float));                                                 \
        for (int q = 0; q < REDUCTION_VECTORS; q++) {                                                               \
            const vd a = widen(load(rest_x + q * LANES)), b = widen(load(rest_y + q * LANES));                      \
            (void)b;                                                                                                \
            sums[q] += TERM;                                                                                        \
        }                                                                                                           \
    }                                                                                                               \
    return fold(sums);

// A product of two floats is exact in double precision, so contraction makes no difference here.
static double reduce_sum(const float *x, int64_t n) { REDUCE(x, x, n, a) }
static double reduce_sum_of_squares(const float *x, int64_t n) { REDUCE(x, x, n, a * a) }
static double reduce_dot(const float *x, const float *y, int64_t n) { REDUCE(x, y, n, a * b) }

/// x - x is 0 for a finite number and NaN for any other, and so is a sum of such differences.
static int64_t first_not_finite(const float *x, int64_t n) {
    vf sum = 0;
    EACH_VECTOR(n, {
        const vf a = LOAD(x);
        sum += a - a;
    });
    float lanes[LANES];
    memcpy(lanes, &sum, sizeof(lanes));
    float total = 0;
    for (int i = 0; i < LANES; i++) total += lanes[i];
    for (int64_t i = 0; total != 0 && i < n; i++) {
        if (x[i] - x[i] != 0) return i;
    }
    return -1;
}

static int64_t first_beyond_floats(const double *x, int64_t n) {
    // Not a sum, whose order would have to be kept: an exponent of ones is that of infinity and NaN.
    const uint32_t exponent = 0x7f800000;
    uint32_t found = 0;
    for (int64_t i = 0; i < n; i++) {
        const float a = (float)x[i];
        uint32_t bits;
        memcpy(&bits, &a, sizeof(bits));
        found |= (bits & exponent) == exponent;
    }
    for (int64_t i = 0; found && i < n; i++) {
        const float a = (float)x[i];
        if (a - a != 0) return i;
    }
    return -1;
}

static void column_sums(const float *x, float *sums, int64_t rows, int64_t columns) {
    int64_t j = 0;
    for (; j + 4 * LANES <= columns; j += 4 * LANES) {
        vf sum[4] = {0, 0, 0, 0};
        for (int64_t r = 0; r < rows; r++) {
            for (int q = 0; q < 4; q++) sum[q] += load(x + r * columns + j + q * LANES);
        }
        for (int q = 0; q < 4; q++) store(sums + j + q * LANES, sum[q]);
    }
    EACH_VECTOR(columns - j, {
        vf sum = 0;
        for (int64_t r = 0; r < rows; r++) sum += LOAD(x + r * columns + j);
        STORE(sums + j, sum);
    });
}
