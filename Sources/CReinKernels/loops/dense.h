// Dense layers out of products.

// MARK: Products of any shape

/// Depth of one block of k, such that a panel of b stays in the first-level cache.
enum { BLOCK_DEPTH = REIN_LANES == 16 ? 128 : 256, WIDEST_PANEL = REIN_LANES * 4 };
/// From this many floats on b does not stay in the first-level cache by itself, and from this many rows on it pays
/// to copy each panel of it into one piece.
enum { PACK_FLOATS = 8192, PACK_ROWS = 32 };

/// Copies a panel of b, `vectors` vectors wide, into one piece.
INLINE void pack(float *restrict packed, const float *b, int64_t b_step, int64_t depth, const int vectors) {
    for (int64_t k = 0; k < depth; k++) {
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) store(packed + (k * vectors + v) * LANES, load(b + k * b_step + v * LANES));
    }
}

/// Runs all panels of one width that fit, and moves j behind them.
INLINE void panels(const product t, int64_t rows, int64_t columns, int64_t *j, const int vectors, float *packed) {
    for (; *j + vectors * LANES <= columns; *j += vectors * LANES) {
        product p = t;
        p.b += *j;
        p.c += *j;
        if (p.bias) p.bias += *j;
        if (packed) {
            pack(packed, p.b, p.b_step, p.depth, vectors);
            p.b = packed;
            p.b_step = vectors * LANES;
        }
        panel(p, rows, vectors, 0, 0);
    }
}

/// The product of one block of k.
INLINE void multiply_block(const product t, int64_t rows, int64_t columns, float *packed) {
    int64_t j = 0;
    // A wide panel gives few rows enough independent sums; with many rows it saves loads where it fits.
    if (rows <= TALLEST_8) panels(t, rows, columns, &j, 8, NULL);
    if (rows <= TALLEST_4 || TALLEST_4 > 4) panels(t, rows, columns, &j, 4, packed);
    panels(t, rows, columns, &j, 2, packed);
    panels(t, rows, columns, &j, 1, packed);
    if (j < columns) {
        product p = t;
        p.b += j;
        p.c += j;
        if (p.bias) p.bias += j;
        panel(p, rows, 1, 1, columns - j);
    }
}

static void multiply(product t, int64_t rows, int64_t columns) {
    if (rows == 0 || columns == 0) return;
    float storage[BLOCK_DEPTH * WIDEST_PANEL] __attribute__((aligned(64)));
    float *packed = rows >= PACK_ROWS && t.depth * t.b_step >= PACK_FLOATS ? storage : NULL;
    const int64_t depth = t.depth;
    // Once at least, for the bias.
    for (int64_t k = 0; k == 0 || k < depth; k += BLOCK_DEPTH) {
        t.depth = smaller(BLOCK_DEPTH, depth - k);
        t.resume = k > 0;
        multiply_block(t, rows, columns, packed);
        t.a += t.depth * t.a_step;
        t.b += t.depth * t.b_step;
    }
}

// MARK: Few columns: lanes are rows

/// The widest product that is computed with a lane for every row, and how many columns of it at a time.
enum { NARROW = REIN_LANES / 2, NARROW_STEP = NARROW < 4 ? NARROW : 4 };

/// One k of the chains below: a holds element k of every row, b row k.
INLINE void narrow_step(vf *sum, vf a, const float *b, const int columns) {
#pragma clang loop unroll(full)
    for (int j = 0; j < columns; j++) sum[j] = FMA(a, splat(b[j]), sum[j]);
}

/// c[LANES, columns] = bias + a[LANES, depth] · b[depth, columns] for a constant number of columns; rows of b and c
/// are `width` apart.
INLINE void narrow_rows(const float *a, const float *b, const float *bias, float *c, int64_t depth, int64_t width,
                        const int columns) {
    vf sum[NARROW_STEP];
#pragma clang loop unroll(full)
    for (int j = 0; j < columns; j++) sum[j] = splat(bias ? bias[j] : 0);
    int64_t k = 0;
    for (; k + LANES <= depth; k += LANES) {
        vf square[LANES];
#pragma clang loop unroll(full)
        for (int i = 0; i < LANES; i++) square[i] = load(a + i * depth + k);
        transpose_square(square);
#pragma clang loop unroll(full)
        for (int i = 0; i < LANES; i++) narrow_step(sum, square[i], b + (k + i) * width, columns);
    }
    for (; k < depth; k++) {
        vf left;
        for (int i = 0; i < LANES; i++) left[i] = a[i * depth + k];
        narrow_step(sum, left, b + k * width, columns);
    }
    float lanes[NARROW_STEP][LANES];
#pragma clang loop unroll(full)
    for (int j = 0; j < columns; j++) store(lanes[j], sum[j]);
    for (int r = 0; r < LANES; r++) {
#pragma clang loop unroll(full)
        for (int j = 0; j < columns; j++) c[r * width + j] = lanes[j][r];
    }
}

#define NARROW_CASE(n)                                                                                              \
    case n:                                                                                                         \
        narrow_rows(a + r * depth, b, bias, c + r * columns, depth, columns, n);                                    \
        break;

/// c[rows, columns] = bias + a · b for LANES rows or more and up to NARROW columns. The last rows are computed with
/// the ones before them once more where they do not fill a vector; that gives the same bits again.
static void multiply_narrow(const float *a, const float *b, const float *bias, float *c, int64_t rows, int64_t depth,
                            int64_t columns) {
    for (int64_t j = 0; j < columns; j += NARROW_STEP) {
        const int64_t count = smaller(NARROW_STEP, columns - j);
        for (int64_t next = 0; next < rows; next += LANES) {
            const int64_t r = smaller(next, rows - LANES);
            switch (count) {
                NARROW_CASE(1)
                NARROW_CASE(2)
#if REIN_LANES >= 8
                NARROW_CASE(3)
                NARROW_CASE(4)
#endif
            }
        }
        b += NARROW_STEP;
        c += NARROW_STEP;
        if (bias) bias += NARROW_STEP;
    }
}

/// A product of one row, as when a policy acts on one observation: no blocks and no choice of tiles.
static void multiply_one_row(product t, int64_t columns) {
    for (; columns >= 8 * LANES; columns -= 8 * LANES) {
        tile(t, 1, 8, 0, 0);
        t.b += 8 * LANES, t.c += 8 * LANES, t.bias += t.bias ? 8 * LANES : 0;
    }
    for (; columns >= 4 * LANES; columns -= 4 * LANES) {
        tile(t, 1, 4, 0, 0);
        t.b += 4 * LANES, t.c += 4 * LANES, t.bias += t.bias ? 4 * LANES : 0;
    }
    for (; columns >= LANES; columns -= LANES) {
        tile(t, 1, 1, 0, 0);
        t.b += LANES, t.c += LANES, t.bias += t.bias ? LANES : 0;
    }
    if (columns > 0) tile(t, 1, 1, 1, columns);
}

/// c[rows, columns] = bias + a[rows, depth] · b[depth, columns], all packed row-major.
static void multiply_rows(const float *a, const float *b, const float *bias, float *c, int64_t rows, int64_t depth,
                          int64_t columns) {
    if (columns <= NARROW && rows >= LANES) return multiply_narrow(a, b, bias, c, rows, depth, columns);
    const product t = {a, depth, 1, b, columns, bias, c, columns, depth, 0};
    if (rows == 1) return multiply_one_row(t, columns);
    multiply(t, rows, columns);
}

/// c[rows, columns] = a[depth, rows]ᵀ · b[depth, columns]; rows of c are c_row apart.
static void multiply_transposed(const float *a, const float *b, float *c, int64_t c_row, int64_t rows, int64_t depth,
                                int64_t columns, int64_t b_step) {
    const product t = {a, 1, rows, b, b_step, NULL, c, c_row, depth, 0};
    multiply(t, rows, columns);
}

// MARK: Layers

/// Rows that are finished, activation included, before the next ones begin, so that they are still in the cache.
static int64_t rows_at_once(int64_t inputs, int64_t outputs) {
    const int64_t floats = inputs * outputs < PACK_FLOATS ? 4096 : 32768;
    const int64_t rows = outputs > 0 ? floats / outputs : floats;
    return rows < 48 ? 48 : rows - rows % 48;
}

static void dense_forward(const float *x, const float *w, const float *b, float *y, float *z, int64_t rows,
                          int64_t inputs, int64_t outputs, rein_activation activation) {
    if (rows == 0 || outputs == 0) return;
    const int64_t step = rows_at_once(inputs, outputs);
    for (int64_t first = 0; first < rows; first += step) {
        const int64_t count = smaller(step, rows - first);
        float *part = y + first * outputs;
        multiply_rows(x + first * inputs, w, b, part, count, inputs, outputs);
        activation_forward(part, NULL, z ? z + first * outputs : NULL, count, outputs, activation);
    }
}

static void dense_backward_input(const float *dz, const float *w, float *scratch, const float *saved, float *dx,
                                 int64_t rows, int64_t inputs, int64_t outputs, rein_activation below) {
    if (rows == 0 || inputs == 0) return;
    transpose(w, scratch, inputs, outputs);
    const int64_t step = rows_at_once(outputs, inputs);
    for (int64_t first = 0; first < rows; first += step) {
        const int64_t count = smaller(step, rows - first);
        float *part = dx + first * inputs;
        multiply_rows(dz + first * outputs, scratch, NULL, part, count, outputs, inputs);
        if (below != REIN_IDENTITY) activation_backward(part, saved + first * inputs, count * inputs, below);
    }
}

enum { FEW_OUTPUTS = 8, FEW_OUTPUTS_CHUNK = 256 };

static void dense_backward_parameters(const float *x, const float *dz, float *dw, float *db, int64_t rows,
                                      int64_t inputs, int64_t outputs) {
    if (db) column_sums(dz, db, rows, outputs);
    if (outputs > FEW_OUTPUTS) return multiply_transposed(x, dz, dw, outputs, inputs, rows, outputs, outputs);
    // With few outputs the lanes run along the inputs: dwᵀ = dzᵀ · x.
    if (outputs == 1) return multiply_transposed(dz, x, dw, inputs, 1, rows, inputs, inputs);
    float chunk[FEW_OUTPUTS * FEW_OUTPUTS_CHUNK];
    for (int64_t first = 0; first < inputs; first += FEW_OUTPUTS_CHUNK) {
        const int64_t count = smaller(FEW_OUTPUTS_CHUNK, inputs - first);
        multiply_transposed(dz, x + first, chunk, FEW_OUTPUTS_CHUNK, outputs, rows, count, inputs);
        for (int64_t i = 0; i < count; i++) {
#pragma clang loop vectorize(disable)
            for (int64_t j = 0; j < outputs; j++) dw[(first + i) * outputs + j] = chunk[j * FEW_OUTPUTS_CHUNK + i];
        }
    }
}
