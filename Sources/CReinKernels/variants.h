#ifndef REIN_VARIANTS_H
#define REIN_VARIANTS_H

#include "CReinKernels.h"

#if defined(__x86_64__)
#define REIN_X86 1
#else
#define REIN_X86 0
#endif

extern const rein_kernel_table rein_table_portable;
#if REIN_X86
extern const rein_kernel_table rein_table_avx2;
extern const rein_kernel_table rein_table_avx512;
#endif

#endif
