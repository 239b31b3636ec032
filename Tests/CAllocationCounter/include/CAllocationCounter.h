#ifndef CALLOCATIONCOUNTER_H
#define CALLOCATIONCOUNTER_H

#include <stdint.h>

/// Whether allocations can be counted here: only with glibc, and not under a sanitizer, which counts for itself.
int allocation_counter_is_available(void);

/// Whether the process runs under a sanitizer, which takes more addresses than a test may want to leave it.
int sanitizer_is_at_work(void);

/// Starts counting the calling thread's allocations from 0.
void allocation_counter_start(void);

/// Stops counting and returns the number of allocations since the start.
int64_t allocation_counter_stop(void);

/// The number of bytes that were asked for between the last start and stop, whether or not they were freed again.
int64_t allocation_counter_bytes(void);

#endif
