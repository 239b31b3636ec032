// Sine and cosine of LANES doubles, operation by operation as the C library of GNU computes them on processors with
// fused multiply-add, so that both give the same bits.
//
// The method is that of the IBM Accurate Mathematical Library: x = k / 128 + r with |r| <= 1 / 256, sin(k / 128) and
// cos(k / 128) in two doubles each from a table, and short polynomials in r; near zero the sine is a polynomial alone.

#define INLINE inline __attribute__((always_inline))

// No contraction to fused multiply-add but where it is written.
#pragma clang fp contract(off)

typedef double vd __attribute__((ext_vector_type(LANES)));
typedef int64_t vl __attribute__((ext_vector_type(LANES)));

/// The states of LANES carts.
typedef struct {
    vd position, velocity, angle, spin;
} carts;

#define FMA(a, b, c) __builtin_elementwise_fma((a), (b), (c))

/// Angles from here on are left to the C library; carts that have not fallen do not get there.
#define LARGEST_ANGLE 0.246

/// For k in 0..<32: the sine of k / 128, what it is short of, the cosine of k / 128, and what that is short of.
static const double sines_and_cosines[4][32] = {
    {
        0x0.0p+0, 0x1.fffeaaaaeeeefp-8, 0x1.fffaaaaeeeed5p-7, 0x1.7ff7001033255p-6,
        0x1.ffeaaaeeee86fp-6, 0x1.3feb2b12d45d5p-5, 0x1.7fdc01032fba9p-5, 0x1.bfc6d78586dacp-5,
        0x1.ffaaaeeed4edbp-5, 0x1.1fc343d808befp-4, 0x1.3facb12d1755bp-4, 0x1.5f911fd10b737p-4,
        0x1.7f701032550e4p-4, 0x1.9f4902d55d1f9p-4, 0x1.bf1b78568391dp-4, 0x1.dee6f16c1cce6p-4,
        0x1.feaaeee86ee36p-4, 0x1.0f3378ddd71d1p-3, 0x1.1f0d3d7afceafp-3, 0x1.2ee285e4ab88fp-3,
        0x1.3eb312c5d66cbp-3, 0x1.4e7ea4dc5f27bp-3, 0x1.5e44fcfa126f3p-3, 0x1.6e05dc05a4d4cp-3,
        0x1.7dc102fbaf2b5p-3, 0x1.8d7632efaa944p-3, 0x1.9d252d0cec312p-3, 0x1.accdb297a0765p-3,
        0x1.bc6f84edc6199p-3, 0x1.cc0a6588289a3p-3, 0x1.db9e15fb5a5d0p-3, 0x1.eb2a57f8ae5a3p-3,
    },
    {
        0x0.0p+0, -0x1.e45e2ec67b77cp-62, -0x1.2ab639a9f0776p-63, 0x1.efe2b51527336p-64,
        -0x1.cd406fb224ae2p-60, 0x1.4ec54203d1c11p-60, -0x1.599bdf46e997ap-59, 0x1.8e4fd03dbf236p-62,
        -0x1.2d16d32684b69p-59, -0x1.f3d32e6f3be4fp-58, -0x1.921915299468bp-58, -0x1.0184f02be9102p-58,
        0x1.afc2d1800501ap-60, 0x1.2696d7eac1dc1p-58, 0x1.e91841dea4cc8p-58, -0x1.50f8e2fb71673p-59,
        -0x1.afcb2bcc6f03bp-59, 0x1.d8468724f0f9ep-57, -0x1.6ef95099769a5p-57, -0x1.e4d0f05dee058p-57,
        0x1.47d666b66cb91p-57, 0x1.949db2ac072fcp-58, -0x1.6f443063f89b6p-57, -0x1.32c5c8b81c919p-66,
        0x1.5ab50e23c97c3p-59, -0x1.20fa262cbb953p-57, 0x1.9c43d80b1137dp-58, -0x1.9883b57d6cdeap-58,
        0x1.9c1a56a7b0cabp-57, -0x1.868d09bc87c6bp-57, -0x1.32e20d6cc6fc2p-57, -0x1.0be06af572cebp-57,
    },
    {
        0x1.0000000000000p+0, 0x1.fffc000155552p-1, 0x1.fff000155549fp-1, 0x1.ffdc006bff7e6p-1,
        0x1.ffc00155527d3p-1, 0x1.ff9c03414a7bap-1, 0x1.ff7006bfdf99fp-1, 0x1.ff3c0c8103a31p-1,
        0x1.ff0015549f4d3p-1, 0x1.febc222a8ef9fp-1, 0x1.fe7034129ef6fp-1, 0x1.fe1c4c3c873ebp-1,
        0x1.fdc06bf7e6b9bp-1, 0x1.fd5c94b43e000p-1, 0x1.fcf0c800e99b1p-1, 0x1.fc7d078d1bc88p-1,
        0x1.fc015527d5bd3p-1, 0x1.fb7db2bfe0695p-1, 0x1.faf22263c4bd3p-1, 0x1.fa5ea641c36f2p-1,
        0x1.f9c340a7cc428p-1, 0x1.f91ff40374d01p-1, 0x1.f874c2e1eecf6p-1, 0x1.f7c1afeffde24p-1,
        0x1.f706bdf9ece1cp-1, 0x1.f643efeb82acdp-1, 0x1.f57948cff6797p-1, 0x1.f4a6cbd1e3a79p-1,
        0x1.f3cc7c3b3d16ep-1, 0x1.f2ea5d753ffedp-1, 0x1.f20073086649fp-1, 0x1.f10ec09c5873bp-1,
    },
    {
        0x0.0p+0, 0x1.f4a01a0196daep-55, 0x1.28a28a03a5ef3p-55, 0x1.ae6dae86977bdp-55,
        -0x1.3b54492d89b5bp-55, 0x1.991f4be6c59bfp-57, -0x1.8b3b560648d5fp-56, 0x1.4856dbddc0e66p-56,
        0x1.328387b99426fp-55, 0x1.7934934f54c77p-58, -0x1.cbf4337c96f97p-57, -0x1.5a9c9057c4a02p-60,
        0x1.31902b535f8dbp-55, -0x1.2e768cb4f92f9p-57, 0x1.ea3d786d186acp-57, 0x1.075d2447db685p-55,
        0x1.b68f35094efb8p-55, 0x1.21dadf4f65ab1p-55, -0x1.52ace133a2769p-58, 0x1.04da6ed17cc7cp-59,
        0x1.c5b6b063b7462p-55, -0x1.7d03f4d3a9e4cp-57, -0x1.c6514e1332b16p-55, -0x1.8f55bc47540b1p-56,
        -0x1.698c80c36dcb4p-55, 0x1.6b00ac1fe28acp-56, 0x1.e3a0d3e03b1d4p-57, 0x1.13df0edaebb57p-55,
        -0x1.21a3ad28a3494p-57, 0x1.cc4215f56d583p-55, 0x1.b940416c1984bp-56, 0x1.d9072762c1283p-55,
    },
};

// The column of the table at k.
static INLINE vd look_up(const double column[32], vl k) {
#if LANES == 8
    const __m512i index = (__m512i)k;
    const __m512d low = _mm512_permutex2var_pd(_mm512_loadu_pd(column), index, _mm512_loadu_pd(column + 8));
    const __m512d high = _mm512_permutex2var_pd(_mm512_loadu_pd(column + 16), index, _mm512_loadu_pd(column + 24));
    return (vd)_mm512_mask_blend_pd(_mm512_test_epi64_mask(index, _mm512_set1_epi64(16)), low, high);
#else
    return (vd)_mm256_i64gather_pd(column, (__m256i)k, 8);
#endif
}

static INLINE void sine_and_cosine(vd x, vd *sine, vd *cosine) {
    const vd size = __builtin_elementwise_abs(x);
    const vl large = !(size < LARGEST_ANGLE);
    const vd angle = large ? (vd)0.0 : size;
    const vd rounder = 0x1.8p45;  // Its last bit is 1 / 128.
    const vd rounded = angle + rounder;
    const vd r = angle - (rounded - rounder);
    const vl k = (vl)rounded - (vl)rounder;
    const vd sn = look_up(sines_and_cosines[0], k), ssn = look_up(sines_and_cosines[1], k);
    const vd cs = look_up(sines_and_cosines[2], k), ccs = look_up(sines_and_cosines[3], k);

    // sin r = r + r³ p, cos r = 1 - c.
    const vd square = r * r;
    const vd cube = square * r;
    const vd p = FMA(square, (vd)0x1.11110e829872fp-7, (vd)-0x1.5555555555515p-3);
    const vd q = FMA(square, (vd)0x1.6c16bedd9e239p-10, (vd)-0x1.5555555555535p-5);
    const vd c = square * FMA(q, square, (vd)0.5);

    // sin(a + r) = sin a cos r + cos a sin r
    const vd s = r + cube * p;
    const vd above = FMA(s, cs, FMA(-c, sn, FMA(s, ccs, ssn)));
    const vd far = (vd)(((vl)(above + sn) & INT64_MAX) | ((vl)x & INT64_MIN));
    const vd y = x * x;
    vd series = FMA(y, (vd)-0x1.addffc2fcdf59p-26, (vd)0x1.71de27b9a7ed9p-19);
    series = FMA(series, y, (vd)-0x1.a01a019db08b8p-13);
    series = FMA(series, y, (vd)0x1.1111111110ecep-7);
    series = FMA(series, y, (vd)-0x1.5555555555555p-3);
    *sine = size < 0.126 ? x + y * (series * x) : far;

    // cos(a + r) = cos a cos r - sin a sin r
    const vd t = FMA(cube, p, r);
    *cosine = cs + FMA(-t, sn, FMA(-c, cs, FMA(-t, ssn, ccs)));

    if (__builtin_reduce_or(large)) {
        for (int lane = 0; lane < LANES; lane++) {
            if (large[lane]) {
                const rein_sine_and_cosine of = rein_sincos(x[lane]);
                (*sine)[lane] = of.sine;
                (*cosine)[lane] = of.cosine;
            }
        }
    }
}
