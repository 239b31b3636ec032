#include "CReinKernels.h"
#include "variants.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#if REIN_X86
static int has_avx512(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
#endif

const rein_kernel_table *rein_kernels_table(int variant) {
    switch (variant) {
    case REIN_KERNELS_PORTABLE:
        return &rein_table_portable;
#if REIN_X86
    case REIN_KERNELS_AVX2:
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &rein_table_avx2 : NULL;
    case REIN_KERNELS_AVX512:
        return has_avx512() ? &rein_table_avx512 : NULL;
#endif
    default:
        return NULL;
    }
}

// The table in use; NULL until the first call. Threads that find NULL at the same time all store the same value.
static _Atomic(const rein_kernel_table *) selected_table;

static const rein_kernel_table *choose_table(void) {
    static const char *const names[] = {"portable", "avx2", "avx512"};
    const char *wanted = getenv("REIN_KERNELS");
    int best = REIN_KERNELS_AVX512;
    for (int variant = 0; wanted != NULL && variant <= REIN_KERNELS_AVX512; variant++) {
        if (strcmp(wanted, names[variant]) == 0) best = variant;
    }
    while (rein_kernels_table(best) == NULL) best--;
    const rein_kernel_table *expected = NULL;
    const rein_kernel_table *table = rein_kernels_table(best);
    return atomic_compare_exchange_strong(&selected_table, &expected, table) ? table : expected;
}

static inline const rein_kernel_table *current(void) {
    const rein_kernel_table *table = atomic_load_explicit(&selected_table, memory_order_acquire);
    return __builtin_expect(table != NULL, 1) ? table : choose_table();
}

int rein_kernels_select(int variant) {
    const rein_kernel_table *table = rein_kernels_table(variant);
    if (table == NULL) return 0;
    atomic_store(&selected_table, table);
    return 1;
}

int rein_kernels_portable_is_fused(void) {
#ifdef __FP_FAST_FMAF
    return 1;
#else
    return 0;
#endif
}

int rein_kernels_selected(void) {
    const rein_kernel_table *table = current();
    int variant = REIN_KERNELS_PORTABLE;
    while (rein_kernels_table(variant) != table) variant++;
    return variant;
}

rein_adam_step rein_adam_coefficients(double learning_rate, double beta1, double beta2, double epsilon,
                                      int64_t step, double gradient_scale) {
    const double root = sqrt(1 - pow(beta2, (double)step));
    return (rein_adam_step){
        .gradient_scale = (float)gradient_scale,
        .one_minus_beta1 = (float)(1 - beta1),
        .beta2 = (float)beta2,
        .one_minus_beta2 = (float)(1 - beta2),
        .step_size = (float)(learning_rate * root / (1 - pow(beta1, (double)step))),
        .epsilon = (float)(epsilon * root),
    };
}

// MARK: The public functions, each one jump through the table

void rein_dense_forward(const float *x, const float *w, const float *b, float *y, float *z, int64_t rows,
                        int64_t inputs, int64_t outputs, rein_activation activation) {
    current()->dense_forward(x, w, b, y, z, rows, inputs, outputs, activation);
}

void rein_dense_backward_input(const float *dz, const float *w, float *scratch, const float *saved, float *dx,
                               int64_t rows, int64_t inputs, int64_t outputs, rein_activation below) {
    current()->dense_backward_input(dz, w, scratch, saved, dx, rows, inputs, outputs, below);
}

void rein_dense_backward_parameters(const float *x, const float *dz, float *dw, float *db, int64_t rows,
                                    int64_t inputs, int64_t outputs) {
    current()->dense_backward_parameters(x, dz, dw, db, rows, inputs, outputs);
}

void rein_activation_forward(float *y, const float *b, float *z, int64_t rows, int64_t columns,
                             rein_activation activation) {
    current()->activation_forward(y, b, z, rows, columns, activation);
}

void rein_activation_backward(float *d, const float *saved, int64_t n, rein_activation activation) {
    current()->activation_backward(d, saved, n, activation);
}

void rein_column_sums(const float *x, float *sums, int64_t rows, int64_t columns) {
    current()->column_sums(x, sums, rows, columns);
}

void rein_tanh(const float *x, float *y, int64_t n) { current()->tanh(x, y, n); }
void rein_exp(const float *x, float *y, int64_t n) { current()->exp(x, y, n); }
void rein_log(const float *x, float *y, int64_t n) { current()->log(x, y, n); }
void rein_sigmoid(const float *x, float *y, int64_t n) { current()->sigmoid(x, y, n); }

void rein_add(const float *x, float *y, int64_t n) { current()->add(x, y, n); }
void rein_scale(float factor, float *y, int64_t n) { current()->scale(factor, y, n); }
void rein_axpy(float factor, const float *x, float *y, int64_t n) { current()->axpy(factor, x, y, n); }
void rein_blend(float rate, const float *x, float *y, int64_t n) { current()->blend(rate, x, y, n); }

double rein_sum(const float *x, int64_t n) { return current()->sum(x, n); }
double rein_sum_of_squares(const float *x, int64_t n) { return current()->sum_of_squares(x, n); }
double rein_dot(const float *x, const float *y, int64_t n) { return current()->dot(x, y, n); }

int64_t rein_first_not_finite(const float *x, int64_t n) { return current()->first_not_finite(x, n); }
int64_t rein_first_beyond_floats(const double *x, int64_t n) { return current()->first_beyond_floats(x, n); }

void rein_transpose(const float *x, float *y, int64_t rows, int64_t columns) {
    current()->transpose(x, y, rows, columns);
}

void rein_gather_rows(const float *source, const int32_t *indices, float *destination, int64_t count,
                      int64_t width) {
    current()->gather_rows(source, indices, destination, count, width);
}

void rein_log_softmax(const float *x, float *log_p, float *p, int64_t rows, int64_t columns) {
    current()->log_softmax(x, log_p, p, rows, columns);
}

void rein_adam(float *p, const float *g, float *m, float *v, int64_t n, rein_adam_step step) {
    current()->adam(p, g, m, v, n, step);
}
