// The step of many carts: whole vectors in place, the rest in a vector of its own beside carts at rest.

static INLINE uint64_t step_vector(char *first, int64_t stride, const float *actions, float *observations,
                                   uint64_t *invalid) {
    carts c = load_carts(first, stride);
    const vd action = load_actions(actions);
    *invalid = bits_of((action != 0) & (action != 1));
    const vd force = (2 * action - 1) * 10;
    vd sine, cosine;
    sine_and_cosine(c.angle, &sine, &cosine);
    const vd push = CART_POLE_PUSH(force, c.spin, sine);
    const vd turn = CART_POLE_ANGULAR_ACCELERATION(push, sine, cosine);
    const vd acceleration = CART_POLE_ACCELERATION(push, turn, cosine);
    c.position += 0.02 * c.velocity;
    c.velocity += 0.02 * acceleration;
    c.angle += 0.02 * c.spin;
    c.spin += 0.02 * turn;
    store_carts(c, first, stride, observations);
    const vd track = CART_POLE_TRACK, tilt = CART_POLE_TILT;
    return bits_of((__builtin_elementwise_abs(c.position) > track) | (__builtin_elementwise_abs(c.angle) > tilt));
}

uint64_t STEP(rein_cart_pole *first, int64_t stride, const float *actions, float *observations, int64_t n,
              uint64_t *invalid) {
    char *const base = (char *)first;
    uint64_t fallen = 0, wrong;
    *invalid = 0;
    int64_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        fallen |= step_vector(base + i * stride, stride, actions + i, observations + 4 * i, &wrong) << i;
        *invalid |= wrong << i;
    }
    const int64_t rest = n - i;
    if (rest == 0) return fallen;
    rein_cart_pole some[LANES] = {{0}};
    float some_actions[LANES] = {0}, some_observations[4 * LANES];
    for (int64_t j = 0; j < rest; j++) {
        some[j] = *(const rein_cart_pole *)(base + (i + j) * stride);
        some_actions[j] = actions[i + j];
    }
    fallen |= step_vector((char *)some, sizeof *some, some_actions, some_observations, &wrong) << i;
    *invalid |= wrong << i;
    for (int64_t j = 0; j < rest; j++) *(rein_cart_pole *)(base + (i + j) * stride) = some[j];
    for (int64_t j = 0; j < 4 * rest; j++) observations[4 * i + j] = some_observations[j];
    return fallen;
}
