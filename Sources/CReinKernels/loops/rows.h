// Work on rows: transposing, gathering, log-softmax.

// MARK: Transposing blocks of LANES x LANES

#define SHUFFLE(a, b, ...) __builtin_shufflevector((a), (b), __VA_ARGS__)
#if REIN_LANES == 16
#define UNPACK_LOW(a, b) SHUFFLE(a, b, 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29)
#define UNPACK_HIGH(a, b) SHUFFLE(a, b, 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31)
#define PAIRS_LOW(a, b) SHUFFLE(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29)
#define PAIRS_HIGH(a, b) SHUFFLE(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31)
#define QUADS_EVEN(a, b) SHUFFLE(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27)
#define QUADS_ODD(a, b) SHUFFLE(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31)
#elif REIN_LANES == 8
#define UNPACK_LOW(a, b) SHUFFLE(a, b, 0, 8, 1, 9, 4, 12, 5, 13)
#define UNPACK_HIGH(a, b) SHUFFLE(a, b, 2, 10, 3, 11, 6, 14, 7, 15)
#define PAIRS_LOW(a, b) SHUFFLE(a, b, 0, 1, 8, 9, 4, 5, 12, 13)
#define PAIRS_HIGH(a, b) SHUFFLE(a, b, 2, 3, 10, 11, 6, 7, 14, 15)
#define QUADS_EVEN(a, b) SHUFFLE(a, b, 0, 1, 2, 3, 8, 9, 10, 11)
#define QUADS_ODD(a, b) SHUFFLE(a, b, 4, 5, 6, 7, 12, 13, 14, 15)
#else
#define UNPACK_LOW(a, b) SHUFFLE(a, b, 0, 4, 1, 5)
#define UNPACK_HIGH(a, b) SHUFFLE(a, b, 2, 6, 3, 7)
#define PAIRS_LOW(a, b) SHUFFLE(a, b, 0, 1, 4, 5)
#define PAIRS_HIGH(a, b) SHUFFLE(a, b, 2, 3, 6, 7)
#endif

/// Transposes a square of vectors in place.
INLINE void transpose_square(vf *square) {
    vf quads[LANES];
    // 4 x 4 within each group of four lanes ...
#pragma clang loop unroll(full)
    for (int g = 0; g < LANES; g += 4) {
        const vf low01 = UNPACK_LOW(square[g], square[g + 1]), high01 = UNPACK_HIGH(square[g], square[g + 1]);
        const vf low23 = UNPACK_LOW(square[g + 2], square[g + 3]), high23 = UNPACK_HIGH(square[g + 2], square[g + 3]);
        quads[g] = PAIRS_LOW(low01, low23);
        quads[g + 1] = PAIRS_HIGH(low01, low23);
        quads[g + 2] = PAIRS_LOW(high01, high23);
        quads[g + 3] = PAIRS_HIGH(high01, high23);
    }
    // ... then the groups change places.
#pragma clang loop unroll(full)
    for (int j = 0; j < 4; j++) {
#if REIN_LANES == 16
        const vf even01 = QUADS_EVEN(quads[j], quads[4 + j]), odd01 = QUADS_ODD(quads[j], quads[4 + j]);
        const vf even23 = QUADS_EVEN(quads[8 + j], quads[12 + j]), odd23 = QUADS_ODD(quads[8 + j], quads[12 + j]);
        square[j] = QUADS_EVEN(even01, even23);
        square[4 + j] = QUADS_EVEN(odd01, odd23);
        square[8 + j] = QUADS_ODD(even01, even23);
        square[12 + j] = QUADS_ODD(odd01, odd23);
#elif REIN_LANES == 8
        square[j] = QUADS_EVEN(quads[j], quads[4 + j]);
        square[4 + j] = QUADS_ODD(quads[j], quads[4 + j]);
#else
        square[j] = quads[j];
#endif
    }
}

/// y[columns, rows] = x[rows, columns]ᵀ of a block at most LANES high and wide, inside larger matrices.
INLINE void transpose_block(const float *x, float *y, int64_t x_row, int64_t y_row, int64_t height, int64_t width) {
    if (height == LANES && width == LANES) {
        vf square[LANES];
#pragma clang loop unroll(full)
        for (int i = 0; i < LANES; i++) square[i] = load(x + i * x_row);
        transpose_square(square);
#pragma clang loop unroll(full)
        for (int i = 0; i < LANES; i++) store(y + i * y_row, square[i]);
    } else {
        for (int64_t i = 0; i < height; i++) {
#pragma clang loop vectorize(disable)
            for (int64_t k = 0; k < width; k++) y[k * y_row + i] = x[i * x_row + k];
        }
    }
}

INLINE int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

static void transpose(const float *x, float *y, int64_t rows, int64_t columns) {
    // Steps of sixteen whatever the width of a vector, so that every cache line is read and written at one go.
    enum { STEP = 16 };
    for (int64_t r = 0; r < rows; r += STEP) {
        for (int64_t j = 0; j < columns; j += STEP) {
            for (int64_t r1 = r; r1 < smaller(r + STEP, rows); r1 += LANES) {
                for (int64_t j1 = j; j1 < smaller(j + STEP, columns); j1 += LANES) {
                    transpose_block(x + r1 * columns + j1, y + j1 * rows + r1, columns, rows,
                                    smaller(LANES, rows - r1), smaller(LANES, columns - j1));
                }
            }
        }
    }
}

// MARK: Gathering

INLINE void gather_width(const float *source, const int32_t *indices, float *destination, int64_t count,
                         const int64_t width) {
    for (int64_t i = 0; i < count; i++) {
        memcpy(destination + i * width, source + (int64_t)indices[i] * width, (size_t)width * sizeof(float));
    }
}

static void gather_rows(const float *source, const int32_t *indices, float *destination, int64_t count,
                        int64_t width) {
    // Constant widths make the copy a load and a store or two.
    switch (width) {
    case 1:
        return gather_width(source, indices, destination, count, 1);
    case 2:
        return gather_width(source, indices, destination, count, 2);
    case 3:
        return gather_width(source, indices, destination, count, 3);
    case 4:
        return gather_width(source, indices, destination, count, 4);
    case 6:
        return gather_width(source, indices, destination, count, 6);
    case 8:
        return gather_width(source, indices, destination, count, 8);
    default:
        return gather_width(source, indices, destination, count, width);
    }
}

// MARK: Log-softmax

enum { SOFTMAX_ROWS = 64 };

static void log_softmax(const float *x, float *log_p, float *p, int64_t rows, int64_t columns) {
    if (columns == 0) return;
    for (int64_t first = 0; first < rows; first += SOFTMAX_ROWS) {
        const int64_t count = smaller(SOFTMAX_ROWS, rows - first);
        float largest[SOFTMAX_ROWS], total[SOFTMAX_ROWS], log_total[SOFTMAX_ROWS];
        for (int64_t r = 0; r < count; r++) {
            const float *row = x + r * columns;
            float top = row[0];
            // Rows are short: vectors along them would cost more than they save.
#pragma clang loop vectorize(disable)
            for (int64_t j = 1; j < columns; j++) top = row[j] > top ? row[j] : top;
            largest[r] = top;
#pragma clang loop vectorize(disable)
            for (int64_t j = 0; j < columns; j++) p[r * columns + j] = row[j] - top;
        }
        map_exp(p, p, count * columns);
        for (int64_t r = 0; r < count; r++) {
            float sum = 0;
#pragma clang loop vectorize(disable)
            for (int64_t j = 0; j < columns; j++) sum += p[r * columns + j];
            total[r] = sum;
        }
        map_log(total, log_total, count);
        for (int64_t r = 0; r < count; r++) {
#pragma clang loop vectorize(disable)
            for (int64_t j = 0; j < columns; j++) {
                log_p[r * columns + j] = x[r * columns + j] - largest[r] - log_total[r];
                p[r * columns + j] /= total[r];
            }
        }
        x += count * columns;
        log_p += count * columns;
        p += count * columns;
    }
}
