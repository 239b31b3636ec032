/* "small one", a policy of reinforcement learning in C99 and C++11, written by rein 0.1.0.

       void small_one_act(const float *obs, const unsigned char *mask, float *state, int *action)
       void small_one_outputs(const float *obs, float *state, float *outputs)

   act writes the most likely action for an observation, outputs the numbers that it is chosen by.
   Everything that the policy does to observations and actions is in here: the one comes from the
   environment, the other goes there.

   obs      2 numbers
   mask     which actions are valid, 3 bytes, 0 for those that are not; null: all.
            The first action is chosen when none is valid
   state    not read; may be null
   action   5 to 7
   outputs  3 logits

   Nothing is allocated, nothing is kept between calls, and nothing beyond the arguments is read. NaN in an
   observation goes through every step like a number: of outputs that are NaN, the first valid action is chosen.

   A program that reads an observation and prints the action:

       #include <stdio.h>
       #include "policy.h"
       int main(void) {
           float obs[small_one_obs_size];
           int i, action[small_one_action_size];
           for (i = 0; i < small_one_obs_size; ++i) if (scanf("%f", &obs[i]) != 1) return 1;
           small_one_act(obs, 0, 0, action);
           for (i = 0; i < small_one_action_size; ++i) printf("%d\n", action[i]);
           return 0;
       }
*/
#ifndef REIN_small_one_H
#define REIN_small_one_H 2573271927u

#include <math.h>

/* The numbers of elements of all arguments. */
enum {
    small_one_obs_size = 2,
    small_one_mask_size = 3,
    small_one_state_size = 0,
    small_one_action_size = 1,
    small_one_output_size = 3
};

/* The hyperbolic tangent, within 4e-7 of the true one relative to it; without branches or calls. */
static inline float small_one_tanh(float x) {
    const float a = x > 9.0f ? 9.0f : x < -9.0f ? -9.0f : x;
    const float t = a * a;
    const float p =
        (((1.33547040e-8f * t + 2.06091172e-5f) * t + 3.49559030e-3f) * t + 0.133810282f) * t + 1.0f;
    const float q =
        (((7.77657764e-7f * t + 3.28563823e-4f) * t + 2.58769915e-2f) * t + 0.467143446f) * t + 1.0f;
    const float y = a * p / q;
    return y > 1.0f ? 1.0f : y < -1.0f ? -1.0f : y;
}

/* Scales an observation. */
static inline void small_one_normalise(const float *obs, float *x) {
    static const float shift[2] = {2.0f, 4.0f};
    static const float scale[2] = {1.0f, 0.5f};
    for (int i = 0; i < 2; ++i) {
        const float v = (obs[i] - shift[i]) * scale[i];
        x[i] = v >= 10.0f ? 10.0f : v < -10.0f ? -10.0f : v;
    }
}

/* The layer policy/0, 2 to 4. */
static inline void small_one_layer_0(const float *x, float *y) {
    static const float weight[2][4] = {
        {-2.0f, 0.3125f, -1.375f, 0.9375f},
        {-0.75f, 1.5625f, -0.125f, -1.8125f}
    };
    static const float bias[4] = {0.5f, -1.1875f, 1.125f, -0.5625f};
    float sum[4];
    for (int j = 0; j < 4; ++j) sum[j] = bias[j];
    for (int i = 0; i < 2; ++i) {
        const float v = x[i];
        for (int j = 0; j < 4; ++j) sum[j] += v * weight[i][j];
    }
    for (int j = 0; j < 4; ++j) y[j] = small_one_tanh(sum[j]);
}

/* The layer policy/1, 4 to 3. */
static inline void small_one_layer_1(const float *x, float *y) {
    static const float weight[4][3] = {
        {1.75f, 0.0625f, -1.625f},
        {0.6875f, -1.0f, 1.3125f},
        {-0.375f, 1.9375f, 0.25f},
        {-1.4375f, 0.875f, -0.8125f}
    };
    static const float bias[3] = {1.5f, -0.1875f, -1.875f};
    float sum[3];
    for (int j = 0; j < 3; ++j) sum[j] = bias[j];
    for (int i = 0; i < 4; ++i) {
        const float v = x[i];
        for (int j = 0; j < 3; ++j) sum[j] += v * weight[i][j];
    }
    for (int j = 0; j < 3; ++j) y[j] = sum[j];
}

/* From an observation to what the layers end in, 3 numbers. */
static inline void small_one_network(const float *obs, float *state, float *head) {
    float x[2];
    small_one_normalise(obs, x);
    (void)state;
    float out_0[4];
    small_one_layer_0(x, out_0);
    small_one_layer_1(out_0, head);
}

/* The numbers that an action is chosen by. */
static inline void small_one_outputs(const float *obs, float *state, float *outputs) {
    small_one_network(obs, state, outputs);
}

/* The first of the largest values that the mask allows; the very first when it allows none. */
static inline int small_one_best(const float *values, const unsigned char *mask, int count) {
    int best = -1;
    for (int i = 0; i < count; ++i) {
        if ((!mask || mask[i]) && (best < 0 || values[i] > values[best])) best = i;
    }
    return best < 0 ? 0 : best;
}

/* The most likely action. */
static inline void small_one_act(const float *obs, const unsigned char *mask, float *state, int *action) {
    float value[3];
    small_one_outputs(obs, state, value);
    *action = 5 + small_one_best(value, mask, 3);
}

#elif REIN_small_one_H != 2573271927u
#error "two policies have the prefix small_one: export one of them with another (--prefix)"
#endif
