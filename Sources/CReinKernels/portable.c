// Placeholder variant: plain loops, right but slow.
#include "variants.h"

#include <math.h>
#include <string.h>

static float activate(float z, rein_activation activation) {
    switch (activation) {
    case REIN_TANH: return tanhf(z);
    case REIN_RELU: return z < 0 ? 0 : z;
    case REIN_SILU: return z / (1 + expf(-z));
    default: return z;
    }
}

static float slope(float saved, rein_activation activation) {
    switch (activation) {
    case REIN_TANH: return 1 - saved * saved;
    case REIN_RELU: return saved > 0 ? 1 : 0;
    case REIN_SILU: {
        float s = 1 / (1 + expf(-saved));
        return s * (1 + saved * (1 - s));
    }
    default: return 1;
    }
}

static void dense_forward(const float *x, const float *w, const float *b, float *y, float *z, int64_t rows,
                          int64_t inputs, int64_t outputs, rein_activation activation) {
    for (int64_t r = 0; r < rows; r++)
        for (int64_t j = 0; j < outputs; j++) {
            float sum = b ? b[j] : 0;
            for (int64_t k = 0; k < inputs; k++) sum = sum + x[r * inputs + k] * w[k * outputs + j];
            if (z) z[r * outputs + j] = sum;
            y[r * outputs + j] = activate(sum, activation);
        }
}

static void activation_backward(float *d, const float *saved, int64_t n, rein_activation activation) {
    if (activation == REIN_IDENTITY) return;
    for (int64_t i = 0; i < n; i++) d[i] *= slope(saved[i], activation);
}

static void dense_backward_input(const float *dz, const float *w, float *scratch, const float *saved, float *dx,
                                 int64_t rows, int64_t inputs, int64_t outputs, rein_activation below) {
    (void)scratch;
    for (int64_t r = 0; r < rows; r++)
        for (int64_t i = 0; i < inputs; i++) {
            float sum = 0;
            for (int64_t k = 0; k < outputs; k++) sum = sum + dz[r * outputs + k] * w[i * outputs + k];
            dx[r * inputs + i] = sum;
        }
    activation_backward(dx, saved, rows * inputs, below);
}

static void column_sums(const float *x, float *sums, int64_t rows, int64_t columns) {
    for (int64_t j = 0; j < columns; j++) {
        float sum = 0;
        for (int64_t r = 0; r < rows; r++) sum += x[r * columns + j];
        sums[j] = sum;
    }
}

static void dense_backward_parameters(const float *x, const float *dz, float *dw, float *db, int64_t rows,
                                      int64_t inputs, int64_t outputs) {
    for (int64_t i = 0; i < inputs; i++)
        for (int64_t j = 0; j < outputs; j++) {
            float sum = 0;
            for (int64_t r = 0; r < rows; r++) sum = sum + x[r * inputs + i] * dz[r * outputs + j];
            dw[i * outputs + j] = sum;
        }
    if (db) column_sums(dz, db, rows, outputs);
}

static void activation_forward(float *y, const float *b, float *z, int64_t rows, int64_t columns,
                               rein_activation activation) {
    for (int64_t r = 0; r < rows; r++)
        for (int64_t j = 0; j < columns; j++) {
            float sum = y[r * columns + j] + (b ? b[j] : 0);
            if (z) z[r * columns + j] = sum;
            y[r * columns + j] = activate(sum, activation);
        }
}

static void map_tanh(const float *x, float *y, int64_t n) { for (int64_t i = 0; i < n; i++) y[i] = tanhf(x[i]); }
static void map_exp(const float *x, float *y, int64_t n) { for (int64_t i = 0; i < n; i++) y[i] = expf(x[i]); }
static void map_log(const float *x, float *y, int64_t n) { for (int64_t i = 0; i < n; i++) y[i] = logf(x[i]); }
static void sigmoid(const float *x, float *y, int64_t n) {
    for (int64_t i = 0; i < n; i++) y[i] = 1 / (1 + expf(-x[i]));
}
static void add(const float *x, float *y, int64_t n) { for (int64_t i = 0; i < n; i++) y[i] += x[i]; }
static void scale(float factor, float *y, int64_t n) { for (int64_t i = 0; i < n; i++) y[i] *= factor; }
static void axpy(float factor, const float *x, float *y, int64_t n) {
    for (int64_t i = 0; i < n; i++) y[i] += factor * x[i];
}
static void blend(float rate, const float *x, float *y, int64_t n) {
    for (int64_t i = 0; i < n; i++) y[i] += rate * (x[i] - y[i]);
}

static double fold(const double *lanes) {
    double sum = 0;
    for (int i = 0; i < 16; i++) sum += lanes[i];
    return sum;
}
static double dot(const float *x, const float *y, int64_t n) {
    double lanes[16] = {0};
    for (int64_t i = 0; i < n; i++) lanes[i % 16] += (double)x[i] * y[i];
    return fold(lanes);
}
static double sum(const float *x, int64_t n) {
    double lanes[16] = {0};
    for (int64_t i = 0; i < n; i++) lanes[i % 16] += x[i];
    return fold(lanes);
}
static double sum_of_squares(const float *x, int64_t n) { return dot(x, x, n); }

static void transpose(const float *x, float *y, int64_t rows, int64_t columns) {
    for (int64_t r = 0; r < rows; r++)
        for (int64_t j = 0; j < columns; j++) y[j * rows + r] = x[r * columns + j];
}

static void gather_rows(const float *source, const int32_t *indices, float *destination, int64_t count,
                        int64_t width) {
    for (int64_t i = 0; i < count; i++)
        memcpy(destination + i * width, source + indices[i] * width, (size_t)width * sizeof(float));
}

static void log_softmax(const float *x, float *log_p, float *p, int64_t rows, int64_t columns) {
    for (int64_t r = 0; r < rows; r++, x += columns, log_p += columns, p += columns) {
        float top = x[0], total = 0;
        for (int64_t j = 1; j < columns; j++) top = x[j] > top ? x[j] : top;
        for (int64_t j = 0; j < columns; j++) total += p[j] = expf(x[j] - top);
        for (int64_t j = 0; j < columns; j++) log_p[j] = x[j] - top - logf(total), p[j] /= total;
    }
}

static void adam(float *p, const float *g, float *m, float *v, int64_t n, rein_adam_step step) {
    for (int64_t i = 0; i < n; i++) {
        float gradient = g[i] * step.gradient_scale;
        m[i] += step.one_minus_beta1 * (gradient - m[i]);
        v[i] = step.beta2 * v[i] + step.one_minus_beta2 * gradient * gradient;
        p[i] -= step.step_size * m[i] / (sqrtf(v[i]) / step.root_correction + step.epsilon);
    }
}

const rein_kernel_table rein_table_portable = {
    "portable", dense_forward, dense_backward_input, dense_backward_parameters, activation_forward,
    activation_backward, column_sums, map_tanh, map_exp, map_log, sigmoid, add, scale, axpy, blend, sum,
    sum_of_squares, dot, transpose, gather_rows, log_softmax, adam,
};
