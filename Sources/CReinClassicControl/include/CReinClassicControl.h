// What the classic-control environments need from C: the C library's sine and cosine in one call, and CartPole in
// vectors.
#ifndef CREINCLASSICCONTROL_H
#define CREINCLASSICCONTROL_H

#include <math.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    double sine;
    double cosine;
} rein_sine_and_cosine;

#if defined(__GLIBC__)
// A GNU extension, declared here because <math.h> hides it from Swift.
extern void sincos(double angle, double *sine, double *cosine);
#endif

// Returns the sine and the cosine of an angle in radians, with the bits that sin() and cos() give.
// glibc computes both in one call.
static inline rein_sine_and_cosine rein_sincos(double angle) {
    rein_sine_and_cosine result;
#if defined(__GLIBC__)
    sincos(angle, &result.sine, &result.cosine);
#else
    result.sine = sin(angle);
    result.cosine = cos(angle);
#endif
    return result;
}

/// The state of a cart: metres, metres a second, radians, radians a second.
typedef struct {
    double position;
    double velocity;
    double angle;
    double angular_velocity;
} rein_cart_pole;

/// Steps n <= 64 carts by one explicit Euler step of 0.02 s, with the bits of one cart at a time.
///
/// carts is the first of them, each stride bytes behind the one before. actions[n] are 0 (left) or 1 (right); bit i of
/// *invalid is set where action i is neither. observations[n, 4] receives the new states. Returns the carts that
/// left the track or dropped the pole: bit i for cart i.
uint64_t rein_cart_pole_step(rein_cart_pole *carts, int64_t stride, const float *actions, float *observations,
                             int64_t n, uint64_t *invalid);

/// rein_cart_pole_step with so many carts in a vector: 1 (the C library's sine and cosine), 4 (AVX2) or 8 (AVX-512).
typedef uint64_t (*rein_cart_pole_function)(rein_cart_pole *carts, int64_t stride, const float *actions,
                                            float *observations, int64_t n, uint64_t *invalid);

/// Returns the function for vectors of so many carts, or NULL where the processor has none or its bits are not those
/// of this C library.
rein_cart_pole_function rein_cart_pole_variant(int lanes);

#ifdef __cplusplus
}
#endif

#endif
