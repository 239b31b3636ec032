#ifndef CREINKERNELS_H
#define CREINKERNELS_H

// Numeric loops over row-major floats, compiled three times from one source: for AVX-512F, for AVX2 with FMA and for
// any processor. The best variant this processor has is chosen at the first call.
//
// One rule holds everywhere: an element's value does not depend on vector width, on tiles, or on how many other
// elements there are. In a product each element is one chain of fused multiply-adds with ascending k that starts at
// the bias or at zero; a reduction has sixteen lanes, folded in a fixed order. So AVX2 and AVX-512 give the same
// bits, and a row of a product is the same in any batch. The portable variant (no fused multiply-add where the
// processor lacks it) agrees within 1e-5.
//
// No function allocates, keeps a pointer, or touches the floating-point environment. Counts may be zero. Pointers
// need the alignment of their element only. Different arguments must not overlap unless a comment allows it.

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What follows a dense layer's sum.
typedef int32_t rein_activation;
enum {
    REIN_IDENTITY = 0,
    REIN_TANH = 1,
    REIN_RELU = 2,
    REIN_SILU = 3,
    REIN_ELU = 4,
    REIN_LEAKY_RELU = 5,
    REIN_GELU = 6,
    REIN_SIGMOID = 7
};

// MARK: Dense layers

/// y[rows, outputs] = activation(x[rows, inputs] · w[inputs, outputs] + b[outputs]).
/// b may be NULL (zeros). z is NULL or receives the sum before the activation, which the backward passes of silu and gelu
/// need; z must not be y.
void rein_dense_forward(const float *x, const float *w, const float *b, float *y, float *z, int64_t rows,
                        int64_t inputs, int64_t outputs, rein_activation activation);

/// dx[rows, inputs] = (dz[rows, outputs] · wᵀ) ⊙ activation'(below).
/// dz is the gradient of the sums of this layer, dx becomes the gradient of the sums of the layer below. saved
/// [rows, inputs] is what the layer below left: z for silu and gelu, y for the others; it is not read for identity.
/// scratch holds inputs * outputs floats (the transposed weights).
void rein_dense_backward_input(const float *dz, const float *w, float *scratch, const float *saved, float *dx,
                               int64_t rows, int64_t inputs, int64_t outputs, rein_activation below);

/// dw[inputs, outputs] = x[rows, inputs]ᵀ · dz[rows, outputs], db[outputs] = column sums of dz; rows ascending.
/// Both are overwritten. db may be NULL.
void rein_dense_backward_parameters(const float *x, const float *dz, float *dw, float *db, int64_t rows,
                                    int64_t inputs, int64_t outputs);

/// y[rows, columns] = activation(y + b[columns]); b may be NULL. z is NULL or receives the sum; it must not be y.
void rein_activation_forward(float *y, const float *b, float *z, int64_t rows, int64_t columns,
                             rein_activation activation);

/// d[n] ⊙= activation'(saved[n]), saved being z for silu and gelu, y for the others, and not read for identity.
void rein_activation_backward(float *d, const float *saved, int64_t n, rein_activation activation);

/// sums[columns] = column sums of x[rows, columns], rows ascending.
void rein_column_sums(const float *x, float *sums, int64_t rows, int64_t columns);

// MARK: Elementwise; y may be x

// Errors in units in the last place, the largest over all floats: tanh 2.5, exp 1.1, log 0.9, sigmoid 2.4.
// Infinities, zeros and subnormal numbers give what they should; NaN stays NaN.

/// y = tanh(x), never beyond -1 and 1.
void rein_tanh(const float *x, float *y, int64_t n);
/// y = exp(x).
void rein_exp(const float *x, float *y, int64_t n);
/// y = natural log(x); log 0 = -infinity, NaN below.
void rein_log(const float *x, float *y, int64_t n);
/// y = 1 / (1 + exp(-x)).
void rein_sigmoid(const float *x, float *y, int64_t n);

/// y += x.
void rein_add(const float *x, float *y, int64_t n);
/// y *= factor.
void rein_scale(float factor, float *y, int64_t n);
/// y += factor * x.
void rein_axpy(float factor, const float *x, float *y, int64_t n);
/// y += rate * (x - y): the soft update of a target network.
void rein_blend(float rate, const float *x, float *y, int64_t n);

// MARK: Reductions: sixteen lanes of doubles, element i in lane i mod 16, folded in a fixed order

/// The sum of x.
double rein_sum(const float *x, int64_t n);
/// The sum of the squares of x.
double rein_sum_of_squares(const float *x, int64_t n);
/// The sum of x * y.
double rein_dot(const float *x, const float *y, int64_t n);

// MARK: Numbers that are none

/// The index of the first element that is NaN or infinite, or -1.
int64_t rein_first_not_finite(const float *x, int64_t n);
/// The index of the first element that is NaN or infinite, or becomes infinite as a float, or -1.
int64_t rein_first_beyond_floats(const double *x, int64_t n);

// MARK: Rows

/// y[columns, rows] = x[rows, columns]ᵀ.
void rein_transpose(const float *x, float *y, int64_t rows, int64_t columns);
/// destination[i, width] = source[indices[i], width] for i in 0..<count. Indices are not checked.
void rein_gather_rows(const float *source, const int32_t *indices, float *destination, int64_t count,
                      int64_t width);
/// Of every row of x[rows, columns]: its log-probabilities into log_p and its probabilities into p (log-softmax and
/// softmax). log_p may be x; p must be neither.
void rein_log_softmax(const float *x, float *log_p, float *p, int64_t rows, int64_t columns);

// MARK: Adam

/// The numbers of one step of Adam; rein_adam_coefficients makes them in double precision.
typedef struct {
    float gradient_scale;  ///< Multiplies every gradient first (norm clipping); 1 changes nothing.
    float one_minus_beta1; ///< Weight of the gradient in the first moment.
    float beta2;           ///< Weight of the old second moment.
    float one_minus_beta2; ///< Weight of the squared gradient in the second moment.
    float step_size;       ///< learning rate * sqrt(1 - beta2^step) / (1 - beta1^step)
    float epsilon;         ///< epsilon * sqrt(1 - beta2^step)
} rein_adam_step;

/// The coefficients of step number `step`, counted from 1.
rein_adam_step rein_adam_coefficients(double learning_rate, double beta1, double beta2, double epsilon,
                                      int64_t step, double gradient_scale);

/// One step of torch.optim.Adam (no weight decay) in one pass over parameters p, gradients g and moments m, v:
///     m += (1 - beta1) * (g - m);  v = beta2 * v + (1 - beta2) * g * g
///     p -= learning rate / (1 - beta1^step) * m / (sqrt(v) / sqrt(1 - beta2^step) + epsilon)
/// The root of the correction is taken out of the fraction, which saves a division and changes only rounding.
void rein_adam(float *p, const float *g, float *m, float *v, int64_t n, rein_adam_step step);

// MARK: Variants

enum { REIN_KERNELS_PORTABLE = 0, REIN_KERNELS_AVX2 = 1, REIN_KERNELS_AVX512 = 2 };

/// The functions above, of one variant, for tests and benchmarks that compare variants.
typedef struct rein_kernel_table {
    const char *name;
    void (*dense_forward)(const float *x, const float *w, const float *b, float *y, float *z, int64_t rows,
                          int64_t inputs, int64_t outputs, rein_activation activation);
    void (*dense_backward_input)(const float *dz, const float *w, float *scratch, const float *saved, float *dx,
                                 int64_t rows, int64_t inputs, int64_t outputs, rein_activation below);
    void (*dense_backward_parameters)(const float *x, const float *dz, float *dw, float *db, int64_t rows,
                                      int64_t inputs, int64_t outputs);
    void (*activation_forward)(float *y, const float *b, float *z, int64_t rows, int64_t columns,
                               rein_activation activation);
    void (*activation_backward)(float *d, const float *saved, int64_t n, rein_activation activation);
    void (*column_sums)(const float *x, float *sums, int64_t rows, int64_t columns);
    void (*tanh)(const float *x, float *y, int64_t n);
    void (*exp)(const float *x, float *y, int64_t n);
    void (*log)(const float *x, float *y, int64_t n);
    void (*sigmoid)(const float *x, float *y, int64_t n);
    void (*add)(const float *x, float *y, int64_t n);
    void (*scale)(float factor, float *y, int64_t n);
    void (*axpy)(float factor, const float *x, float *y, int64_t n);
    void (*blend)(float rate, const float *x, float *y, int64_t n);
    double (*sum)(const float *x, int64_t n);
    double (*sum_of_squares)(const float *x, int64_t n);
    double (*dot)(const float *x, const float *y, int64_t n);
    int64_t (*first_not_finite)(const float *x, int64_t n);
    int64_t (*first_beyond_floats)(const double *x, int64_t n);
    void (*transpose)(const float *x, float *y, int64_t rows, int64_t columns);
    void (*gather_rows)(const float *source, const int32_t *indices, float *destination, int64_t count,
                        int64_t width);
    void (*log_softmax)(const float *x, float *log_p, float *p, int64_t rows, int64_t columns);
    void (*adam)(float *p, const float *g, float *m, float *v, int64_t n, rein_adam_step step);
} rein_kernel_table;

/// The functions of a variant, or NULL where this processor or this build lacks it.
const rein_kernel_table *rein_kernels_table(int variant);
/// Makes every call from now on, of all threads, use a variant. Returns 1, or 0 where it is not available.
int rein_kernels_select(int variant);
/// Whether the portable variant rounds a product and a sum once, as the others do: 1 or 0.
int rein_kernels_portable_is_fused(void);
/// The variant in use. The best available one, unless selected otherwise or by the environment variable
/// REIN_KERNELS (portable, avx2 or avx512), which is read once.
int rein_kernels_selected(void);

/// Tells the processor that the thread waits in a loop.
static inline void rein_spin_pause(void) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

#ifdef __cplusplus
}
#endif

#endif
