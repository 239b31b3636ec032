// exp, log, tanh and the activations of one vector. No branches and no tables, so every lane is alone.

/// 1.5 * 2^23: added and taken away again it rounds to the nearest integer; the low bits of the sum are that integer.
#define ROUNDER 12582912.0f

/// 2^n for n in -126...127.
INLINE vf power_of_two(vi n) { return (vf)((n + 127) << 23); }

/// (exp(r) - 1 - r) / r² for |r| <= ln(2) / 2, relative error of exp below 2^-27.
INLINE vf exp_tail(vf r) {
    vf p = splat(1.98756915e-4f);
    p = FMA(p, r, splat(1.39819995e-3f));
    p = FMA(p, r, splat(8.33345205e-3f));
    p = FMA(p, r, splat(4.16657962e-2f));
    p = FMA(p, r, splat(1.66666655e-1f));
    return FMA(p, r, splat(5.00000012e-1f));
}

INLINE vf exp_of(vf x) {
    // Beyond these bounds the result is infinity or zero. The comparisons let NaN through.
    x = pick(x > 89.0f, splat(89.0f), x);
    x = pick(x < -104.0f, splat(-104.0f), x);
    const vf shifted = FMA(x, splat(1.44269504f), splat(ROUNDER));
    const vf n = shifted - ROUNDER;
    vf r = FMA(n, splat(-0.693359375f), x);
    r = FMA(n, splat(2.12194440e-4f), r);
    const vf result = FMA(exp_tail(r), r * r, r) + 1.0f;
    // 2^n in two factors: n reaches from -150 to 128, and a subnormal result must be rounded once only.
    const vi whole = (vi)shifted - (vi)splat(ROUNDER);
    const vi half = whole >> 1;
    return result * power_of_two(half) * power_of_two(whole - half);
}

INLINE vf log_of(vf x) {
    const vi tiny = x < 1.17549435e-38f;
    const vf scaled = pick(tiny, x * 8388608.0f, x);
    // x = m * 2^e with m in [sqrt(1/2), sqrt(2)).
    const vi bits = (vi)scaled - 0x3f3504f3;
    const vi exponent = (bits >> 23) - (tiny & 23);
    const vf f = (vf)((bits & 0x007fffff) + 0x3f3504f3) - 1.0f;
    const vf e = __builtin_convertvector(exponent, vf);
    vf p = splat(7.0376836292e-2f);
    p = FMA(p, f, splat(-1.1514610310e-1f));
    p = FMA(p, f, splat(1.1676998740e-1f));
    p = FMA(p, f, splat(-1.2420140846e-1f));
    p = FMA(p, f, splat(1.4249322787e-1f));
    p = FMA(p, f, splat(-1.6668057665e-1f));
    p = FMA(p, f, splat(2.0000714765e-1f));
    p = FMA(p, f, splat(-2.4999993993e-1f));
    p = FMA(p, f, splat(3.3333331174e-1f));
    const vf square = f * f;
    vf tail = FMA(p * f, square, e * -2.12194440e-4f);
    tail = FMA(square, splat(-0.5f), tail);
    vf result = FMA(e, splat(0.693359375f), f + tail);
    result = pick(x == 0.0f, splat(-__builtin_inff()), result);
    result = pick(x < 0.0f, splat(__builtin_nanf("")), result);
    // Infinity and NaN are their own logarithms.
    return pick(x < __builtin_inff(), result, x);
}

INLINE vf tanh_of(vf x) {
    // tanh a = (exp(2a) - 1) / (exp(2a) + 1); exp(2a) - 1 = 2^n * (exp(r) - 1) + (2^n - 1) keeps all its digits.
    vf a = magnitude(x);
    a = pick(a > 9.5f, splat(9.5f), a);
    const vf shifted = FMA(a, splat(2.88539008f), splat(ROUNDER));
    const vf n = shifted - ROUNDER;
    const vf r = FMA(n, splat(-0.693147182f), a + a);
    const vf scale = power_of_two((vi)shifted - (vi)splat(ROUNDER));
    const vf above = FMA(FMA(exp_tail(r), r * r, r), scale, scale - 1.0f);
    return with_sign_of(above / (above + 2.0f), x);
}

INLINE vf sigmoid_of(vf x) {
    const vf z = exp_of(-magnitude(x));
    return pick(x < 0.0f, z, splat(1)) / (z + 1.0f);
}

/// exp(x) - 1 for x <= 0, with all its digits near zero: 2^n * (exp(r) - 1) + (2^n - 1).
INLINE vf expm1_of_negative(vf x) {
    // From here on the result is -1. The comparison lets NaN through.
    x = pick(x < -20.0f, splat(-20.0f), x);
    const vf shifted = FMA(x, splat(1.44269504f), splat(ROUNDER));
    const vf n = shifted - ROUNDER;
    vf r = FMA(n, splat(-0.693359375f), x);
    r = FMA(n, splat(2.12194440e-4f), r);
    const vf scale = power_of_two((vi)shifted - (vi)splat(ROUNDER));
    return FMA(FMA(exp_tail(r), r * r, r), scale, scale - 1.0f);
}

/// P(X > a) of a standard normal X, for a >= 0, and exp(-a² / 2) into bell. The quotient of both, Mills' ratio over
/// sqrt(2 pi), is a polynomial in t = 1 / (1 + 0.35 a) times t, relative error below 2^-24 for a <= 14.5.
INLINE vf normal_tail(vf a, vf *bell) {
    // The digits that the square loses are put back behind the exponential.
    const vf square = a * a;
    const vf lost = FMA(a, a, -square);
    const vf rounded = exp_of(square * -0.5f);
    *bell = FMA(rounded, lost * -0.5f, rounded);
    const vf t = 1.0f / FMA(a, splat(0.35f), splat(1));
    vf p = splat(-2.91580297e-2f);
    p = FMA(p, t, splat(1.44031614e-1f));
    p = FMA(p, t, splat(-2.55840421e-1f));
    p = FMA(p, t, splat(1.59321293e-1f));
    p = FMA(p, t, splat(-2.32134108e-2f));
    p = FMA(p, t, splat(1.05552934e-1f));
    p = FMA(p, t, splat(1.19821183e-1f));
    p = FMA(p, t, splat(1.39863521e-1f));
    p = FMA(p, t, splat(1.39621302e-1f));
    return *bell * (t * p);
}

/// |z|, where the tail beyond it is not zero. The comparison lets NaN through.
INLINE vf limited_magnitude(vf z) {
    const vf a = magnitude(z);
    return pick(a > 14.5f, splat(14.5f), a);
}

/// z * P(X <= z) = max(z, 0) - |z| * P(X > |z|).
INLINE vf gelu_of(vf z) {
    vf bell;
    const vf a = limited_magnitude(z);
    return pick(z < 0.0f, splat(0), z) - a * normal_tail(a, &bell);
}

/// P(X <= z) + z * density(z), which is one minus itself at -z.
INLINE vf gelu_slope(vf z) {
    vf bell;
    const vf a = limited_magnitude(z);
    const vf tail = normal_tail(a, &bell);
    const vf below = FMA(a * -0.398942280f, bell, tail);
    return pick(z < 0.0f, below, 1.0f - below);
}

/// The slope of leaky relu below zero, PyTorch's default.
#define LEAK 0.01f

INLINE vf activation_of(vf z, rein_activation activation) {
    switch (activation) {
    case REIN_TANH:
        return tanh_of(z);
    case REIN_RELU:
        return pick(z < 0.0f, splat(0), z);
    case REIN_SILU:
        return z * sigmoid_of(z);
    case REIN_ELU:
        // Of a positive sum, zero is taken to the exponential: 2^n must stay within its range.
        return pick(z > 0.0f, z, expm1_of_negative(pick(z > 0.0f, splat(0), z)));
    case REIN_LEAKY_RELU:
        return pick(z > 0.0f, z, z * LEAK);
    case REIN_GELU:
        return gelu_of(z);
    case REIN_SIGMOID:
        return sigmoid_of(z);
    default:
        return z;
    }
}

/// The gradient d before the activation, from the one behind it and from what the layer left.
INLINE vf activation_gradient(vf d, vf saved, rein_activation activation) {
    switch (activation) {
    case REIN_TANH:
        return d * FMA(-saved, saved, splat(1));
    case REIN_RELU:
        return pick(saved > 0.0f, d, splat(0));
    case REIN_SILU: {
        const vf s = sigmoid_of(saved);
        return d * (s * FMA(saved, 1.0f - s, splat(1)));
    }
    case REIN_ELU:
        return pick(saved > 0.0f, d, FMA(d, saved, d));
    case REIN_LEAKY_RELU:
        return pick(saved > 0.0f, d, d * LEAK);
    case REIN_GELU:
        return d * gelu_slope(saved);
    case REIN_SIGMOID:
        return d * (saved * (1.0f - saved));
    default:
        return d;
    }
}
