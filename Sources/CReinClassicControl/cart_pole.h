// The physics of CartPole, for one cart (double) and for vectors of carts alike, and the variants of its step.
#ifndef REIN_CART_POLE_H
#define REIN_CART_POLE_H

#include "CReinClassicControl.h"

#if defined(__x86_64__)
#define REIN_X86 1
#else
#define REIN_X86 0
#endif

#define CART_POLE_TRACK 2.4
#define CART_POLE_TILT (12 * 2 * 3.141592653589793 / 360)

// Barto, Sutton and Anderson 1983, in the order of Gymnasium's operations. The masses are 0.1 and 1, the pole is 1
// long, and gravity 9.8.
#define CART_POLE_MASS (0.1 + 1.0)
#define CART_POLE_MOMENT (0.1 * 0.5)
#define CART_POLE_PUSH(force, spin, sine) (((force) + CART_POLE_MOMENT * ((spin) * (spin)) * (sine)) / CART_POLE_MASS)
#define CART_POLE_ANGULAR_ACCELERATION(push, sine, cosine)                                                          \
    ((9.8 * (sine) - (cosine) * (push)) / (0.5 * (4.0 / 3.0 - 0.1 * ((cosine) * (cosine)) / CART_POLE_MASS)))
#define CART_POLE_ACCELERATION(push, turn, cosine) ((push) - CART_POLE_MOMENT * (turn) * (cosine) / CART_POLE_MASS)

uint64_t rein_cart_pole_step_1(rein_cart_pole *carts, int64_t stride, const float *actions, float *observations,
                               int64_t n, uint64_t *invalid);
#if REIN_X86
uint64_t rein_cart_pole_step_4(rein_cart_pole *carts, int64_t stride, const float *actions, float *observations,
                               int64_t n, uint64_t *invalid);
uint64_t rein_cart_pole_step_8(rein_cart_pole *carts, int64_t stride, const float *actions, float *observations,
                               int64_t n, uint64_t *invalid);
#endif

#endif
