// What libFuzzer gives a mutator of one's own.

#ifndef REIN_CFUZZER_SHIM_H
#define REIN_CFUZZER_SHIM_H

#include <stddef.h>
#include <stdint.h>
#include <zlib.h>

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

#endif
