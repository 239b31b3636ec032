// c[rows, columns] = bias + a · b over register tiles, with the operands read in place.
//
// Every element is one chain of multiply-adds with ascending k: storing it between two blocks of k and loading it
// again changes no bit, nor does the tile it falls into.

/// A product: element (i, k) of a stands at a[i * a_row + k * a_step], of b at b[k * b_step + j].
typedef struct {
    const float *a;
    int64_t a_row, a_step;
    const float *b;
    int64_t b_step;
    const float *bias; ///< Where the chains start: a row, or NULL for zeros.
    float *c;
    int64_t c_row;
    int64_t depth;
    int resume; ///< Whether the chains go on from what is in c.
} product;

/// One tile of `rows` rows and `vectors` vectors, of whose last only `part` lanes count if `partial`.
INLINE void tile(const product t, const int rows, const int vectors, const int partial, const int64_t part) {
    vf sum[8][8];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
        const int cut = partial && v == vectors - 1;
        vf start = 0;
        if (t.bias && !t.resume) start = cut ? load_part(t.bias + v * LANES, part) : load(t.bias + v * LANES);
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; r++) sum[r][v] = start;
    }
    if (t.resume) {
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) {
            const int cut = partial && v == vectors - 1;
#pragma clang loop unroll(full)
            for (int r = 0; r < rows; r++) {
                const float *p = t.c + r * t.c_row + v * LANES;
                sum[r][v] = cut ? load_part(p, part) : load(p);
            }
        }
    }
    const float *a = t.a, *b = t.b;
    for (int64_t k = 0; k < t.depth; k++) {
        vf right[8];
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) {
            const int cut = partial && v == vectors - 1;
            right[v] = cut ? load_part(b + v * LANES, part) : load(b + v * LANES);
        }
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; r++) {
            const vf left = splat(a[r * t.a_row]);
#pragma clang loop unroll(full)
            for (int v = 0; v < vectors; v++) sum[r][v] = FMA(left, right[v], sum[r][v]);
        }
        a += t.a_step;
        b += t.b_step;
    }
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
        const int cut = partial && v == vectors - 1;
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; r++) {
            float *p = t.c + r * t.c_row + v * LANES;
            if (cut) store_part(p, sum[r][v], part);
            else store(p, sum[r][v]);
        }
    }
}

// The tallest tile of each width. As many sums as fit the registers beside a row of b and one element of a: 32
// registers with AVX-512 (and 64-bit Arm), else 16. At least eight sums hide the latency of the multiply-adds.
#if REIN_LANES == 16 || defined(__aarch64__)
enum { TALLEST_1 = 8, TALLEST_2 = 8, TALLEST_4 = 6, TALLEST_8 = 2 };
#else
enum { TALLEST_1 = 8, TALLEST_2 = 6, TALLEST_4 = 3, TALLEST_8 = 1 };
#endif

#define TILE_CASE(n, vectors, partial)                                                                              \
    case n:                                                                                                         \
        tile(t, n, vectors, partial, part);                                                                         \
        break;

INLINE void tile_of_rows(const product t, const int64_t rows, const int vectors, const int partial,
                         const int64_t part) {
    if (vectors == 8) {
        switch (rows) {
            TILE_CASE(1, 8, 0)
#if REIN_LANES == 16 || defined(__aarch64__)
            TILE_CASE(2, 8, 0)
#endif
        }
    } else if (vectors == 4) {
        switch (rows) {
            TILE_CASE(1, 4, 0)
            TILE_CASE(2, 4, 0)
            TILE_CASE(3, 4, 0)
#if REIN_LANES == 16 || defined(__aarch64__)
            TILE_CASE(4, 4, 0)
            TILE_CASE(5, 4, 0)
            TILE_CASE(6, 4, 0)
#endif
        }
    } else if (vectors == 2) {
        switch (rows) {
            TILE_CASE(1, 2, 0)
            TILE_CASE(2, 2, 0)
            TILE_CASE(3, 2, 0)
            TILE_CASE(4, 2, 0)
            TILE_CASE(5, 2, 0)
            TILE_CASE(6, 2, 0)
#if REIN_LANES == 16 || defined(__aarch64__)
            TILE_CASE(7, 2, 0)
            TILE_CASE(8, 2, 0)
#endif
        }
    } else {
        switch (rows) {
            TILE_CASE(1, 1, partial)
            TILE_CASE(2, 1, partial)
            TILE_CASE(3, 1, partial)
            TILE_CASE(4, 1, partial)
            TILE_CASE(5, 1, partial)
            TILE_CASE(6, 1, partial)
            TILE_CASE(7, 1, partial)
            TILE_CASE(8, 1, partial)
        }
    }
}

/// A panel: all rows, `vectors` vectors wide, in tiles of nearly equal height.
INLINE void panel(product t, const int64_t rows, const int vectors, const int partial, const int64_t part) {
    const int64_t tallest = vectors == 8 ? TALLEST_8 : vectors == 4 ? TALLEST_4 : vectors == 2 ? TALLEST_2 : TALLEST_1;
    const int64_t tiles = (rows + tallest - 1) / tallest;
    const int64_t height = rows / tiles, taller = rows % tiles;
    for (int64_t i = 0; i < tiles; i++) {
        const int64_t count = height + (i < taller);
        tile_of_rows(t, count, vectors, partial, part);
        t.a += count * t.a_row;
        t.c += count * t.c_row;
    }
}
