// CartPole one cart at a time, and the choice of a variant.
#include "cart_pole.h"

#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

// No contraction to fused multiply-add: Gymnasium's states are rounded after every operation.
#pragma clang fp contract(off)

uint64_t rein_cart_pole_step_1(rein_cart_pole *carts, int64_t stride, const float *actions, float *observations,
                               int64_t n, uint64_t *invalid) {
    uint64_t fallen = 0;
    *invalid = 0;
    for (int64_t i = 0; i < n; i++) {
        rein_cart_pole *cart = (rein_cart_pole *)((char *)carts + i * stride);
        const float action = actions[i];
        *invalid |= (uint64_t)(action != 0 && action != 1) << i;
        const double force = action == 0 ? -10.0 : 10.0;
        const rein_sine_and_cosine of = rein_sincos(cart->angle);
        const double push = CART_POLE_PUSH(force, cart->angular_velocity, of.sine);
        const double turn = CART_POLE_ANGULAR_ACCELERATION(push, of.sine, of.cosine);
        const double acceleration = CART_POLE_ACCELERATION(push, turn, of.cosine);
        cart->position += 0.02 * cart->velocity;
        cart->velocity += 0.02 * acceleration;
        cart->angle += 0.02 * cart->angular_velocity;
        cart->angular_velocity += 0.02 * turn;
        observations[4 * i] = (float)cart->position;
        observations[4 * i + 1] = (float)cart->velocity;
        observations[4 * i + 2] = (float)cart->angle;
        observations[4 * i + 3] = (float)cart->angular_velocity;
        const int lost = fabs(cart->position) > CART_POLE_TRACK || fabs(cart->angle) > CART_POLE_TILT;
        fallen |= (uint64_t)lost << i;
    }
    return fallen;
}

#if REIN_X86

// Tries whether vectors have the bits of this C library, whose sine and cosine they follow operation by operation. It
// is asked once, with angles over the whole range that a cart meets, because another library may round otherwise.
static int agrees(rein_cart_pole_function step) {
    enum { COUNT = 64, ROUNDS = 32 };
    for (int round = 0; round < ROUNDS; round++) {
        rein_cart_pole one[COUNT], many[COUNT];
        float actions[COUNT], seen_one[4 * COUNT], seen_many[4 * COUNT];
        for (int i = 0; i < COUNT; i++) {
            const double share = (double)(round * COUNT + i) / (ROUNDS * COUNT);
            one[i] = (rein_cart_pole){2 * share - 1, 1 - 3 * share, 0.5 * share - 0.25, 3 * share - 1.5};
            actions[i] = (float)(i & 1);
        }
        memcpy(many, one, sizeof one);
        uint64_t invalid;
        const uint64_t fallen = rein_cart_pole_step_1(one, sizeof *one, actions, seen_one, COUNT, &invalid);
        if (step(many, sizeof *many, actions, seen_many, COUNT, &invalid) != fallen) return 0;
        if (memcmp(one, many, sizeof one) != 0 || memcmp(seen_one, seen_many, sizeof seen_one) != 0) return 0;
    }
    return 1;
}

#endif

rein_cart_pole_function rein_cart_pole_variant(int lanes) {
    if (lanes == 1) return rein_cart_pole_step_1;
#if REIN_X86
    const int avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    const int avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                       __builtin_cpu_supports("avx512vl");
    if (lanes == 4 && avx2 && agrees(rein_cart_pole_step_4)) return rein_cart_pole_step_4;
    if (lanes == 8 && avx512 && agrees(rein_cart_pole_step_8)) return rein_cart_pole_step_8;
#endif
    return NULL;
}

// The variant in use; NULL until the first call. Threads that find NULL at the same time all store the same one.
static _Atomic(rein_cart_pole_function) selected;

static rein_cart_pole_function choose(void) {
    rein_cart_pole_function best = rein_cart_pole_variant(8);
    if (best == NULL) best = rein_cart_pole_variant(4);
    if (best == NULL) best = rein_cart_pole_variant(1);
    atomic_store_explicit(&selected, best, memory_order_release);
    return best;
}

uint64_t rein_cart_pole_step(rein_cart_pole *carts, int64_t stride, const float *actions, float *observations,
                             int64_t n, uint64_t *invalid) {
    const rein_cart_pole_function known = atomic_load_explicit(&selected, memory_order_acquire);
    return (known != NULL ? known : choose())(carts, stride, actions, observations, n, invalid);
}
