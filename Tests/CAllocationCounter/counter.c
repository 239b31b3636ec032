// Counts heap allocations in test programs. The functions below take the place of the C library's in the whole
// process and hand every request on to it. A sanitizer has put functions of its own in that place, without which it
// does not work: nothing is counted then.
#include "CAllocationCounter.h"

#include <stddef.h>

static __thread int counting;
static __thread int64_t count;
static __thread int64_t bytes;

void allocation_counter_start(void) {
    count = 0;
    bytes = 0;
    counting = 1;
}

int64_t allocation_counter_stop(void) {
    counting = 0;
    return count;
}

int64_t allocation_counter_bytes(void) { return bytes; }

#ifndef __has_feature
#define __has_feature(feature) 0
#endif
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || defined(__SANITIZE_ADDRESS__) || \
    defined(__SANITIZE_THREAD__)
#define IS_SANITIZED 1
#else
#define IS_SANITIZED 0
#endif

int sanitizer_is_at_work(void) { return IS_SANITIZED; }

#if defined(__GLIBC__) && !IS_SANITIZED
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t number, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static void note(size_t size) {
    count += counting;
    bytes += counting * (int64_t)size;
}

int allocation_counter_is_available(void) { return 1; }

void *malloc(size_t size) {
    note(size);
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    note(number * size);
    return __libc_calloc(number, size);
}

void *realloc(void *block, size_t size) {
    note(size);
    return __libc_realloc(block, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    note(size);
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
    note(size);
    *block = __libc_memalign(alignment, size);
    return *block ? 0 : 12;  // ENOMEM
}
#else
int allocation_counter_is_available(void) { return 0; }
#endif
