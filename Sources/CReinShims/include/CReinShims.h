// C functions that Swift cannot reach by itself, as inline shims.
#ifndef CREINSHIMS_H
#define CREINSHIMS_H

#include <math.h>

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

#endif
