// Functions of single elements over flat vectors, the activations of rows, and Adam.

static void map_tanh(const float *x, float *y, int64_t n) { EACH_VECTOR(n, STORE(y, tanh_of(LOAD(x)));); }
static void map_exp(const float *x, float *y, int64_t n) { EACH_VECTOR(n, STORE(y, exp_of(LOAD(x)));); }
static void map_log(const float *x, float *y, int64_t n) { EACH_VECTOR(n, STORE(y, log_of(LOAD(x)));); }
static void map_sigmoid(const float *x, float *y, int64_t n) { EACH_VECTOR(n, STORE(y, sigmoid_of(LOAD(x)));); }

static void map_add(const float *x, float *y, int64_t n) { EACH_VECTOR(n, STORE(y, LOAD(y) + LOAD(x));); }
static void map_scale(float factor, float *y, int64_t n) { EACH_VECTOR(n, STORE(y, LOAD(y) * factor);); }
static void map_axpy(float factor, const float *x, float *y, int64_t n) {
    const vf factors = splat(factor);
    EACH_VECTOR(n, STORE(y, FMA(factors, LOAD(x), LOAD(y))););
}
static void map_blend(float rate, const float *x, float *y, int64_t n) {
    const vf rates = splat(rate);
    EACH_VECTOR(n, const vf old = LOAD(y); STORE(y, FMA(rates, LOAD(x) - old, old)););
}

// MARK: Activations

/// y = activation(y + b), columns of one row; b may be NULL, and z where given receives the sum.
INLINE void activate_row(float *y, const float *b, float *z, int64_t columns, const rein_activation activation) {
    EACH_VECTOR(columns, vf sum = LOAD(y); if (b) sum += LOAD(b); if (z) STORE(z, sum);
                STORE(y, activation_of(sum, activation)););
}

INLINE void activate_rows(float *y, const float *b, float *z, int64_t rows, int64_t columns,
                          const rein_activation activation) {
    // Without a bias all rows are one long row.
    if (!b) columns *= rows, rows = rows > 0;
    for (int64_t r = 0; r < rows; r++) activate_row(y + r * columns, b, z ? z + r * columns : NULL, columns, activation);
}

static void activation_forward(float *y, const float *b, float *z, int64_t rows, int64_t columns,
                               rein_activation activation) {
    switch (activation) {
    case REIN_TANH:
        activate_rows(y, b, z, rows, columns, REIN_TANH);
        break;
    case REIN_RELU:
        activate_rows(y, b, z, rows, columns, REIN_RELU);
        break;
    case REIN_SILU:
        activate_rows(y, b, z, rows, columns, REIN_SILU);
        break;
    case REIN_ELU:
        activate_rows(y, b, z, rows, columns, REIN_ELU);
        break;
    case REIN_LEAKY_RELU:
        activate_rows(y, b, z, rows, columns, REIN_LEAKY_RELU);
        break;
    case REIN_GELU:
        activate_rows(y, b, z, rows, columns, REIN_GELU);
        break;
    case REIN_SIGMOID:
        activate_rows(y, b, z, rows, columns, REIN_SIGMOID);
        break;
    default:
        if (b || z) activate_rows(y, b, z, rows, columns, REIN_IDENTITY);
    }
}

static void activation_backward(float *d, const float *saved, int64_t n, rein_activation activation) {
    switch (activation) {
    case REIN_TANH:
        EACH_VECTOR(n, STORE(d, activation_gradient(LOAD(d), LOAD(saved), REIN_TANH)););
        break;
    case REIN_RELU:
        EACH_VECTOR(n, STORE(d, activation_gradient(LOAD(d), LOAD(saved), REIN_RELU)););
        break;
    case REIN_SILU:
        EACH_VECTOR(n, STORE(d, activation_gradient(LOAD(d), LOAD(saved), REIN_SILU)););
        break;
    case REIN_ELU:
        EACH_VECTOR(n, STORE(d, activation_gradient(LOAD(d), LOAD(saved), REIN_ELU)););
        break;
    case REIN_LEAKY_RELU:
        EACH_VECTOR(n, STORE(d, activation_gradient(LOAD(d), LOAD(saved), REIN_LEAKY_RELU)););
        break;
    case REIN_GELU:
        EACH_VECTOR(n, STORE(d, activation_gradient(LOAD(d), LOAD(saved), REIN_GELU)););
        break;
    case REIN_SIGMOID:
        EACH_VECTOR(n, STORE(d, activation_gradient(LOAD(d), LOAD(saved), REIN_SIGMOID)););
        break;
    default:
        break;
    }
}

// MARK: Adam

static void adam(float *p, const float *g, float *m, float *v, int64_t n, rein_adam_step step) {
    const vf gradient_scale = splat(step.gradient_scale);
    const vf one_minus_beta1 = splat(step.one_minus_beta1);
    const vf beta2 = splat(step.beta2);
    const vf one_minus_beta2 = splat(step.one_minus_beta2);
    const vf step_size = splat(step.step_size);
    const vf epsilon = splat(step.epsilon);
    EACH_VECTOR(n, {
        const vf gradient = LOAD(g) * gradient_scale;
        const vf first = LOAD(m);
        const vf first_moment = FMA(one_minus_beta1, gradient - first, first);
        const vf second_moment = FMA(one_minus_beta2 * gradient, gradient, beta2 * LOAD(v));
        const vf denominator = __builtin_elementwise_sqrt(second_moment) + epsilon;
        STORE(m, first_moment);
        STORE(v, second_moment);
        STORE(p, LOAD(p) - step_size * first_moment / denominator);
    });
}
