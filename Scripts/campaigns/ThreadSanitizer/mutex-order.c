// Tells the thread sanitizer how Swift's Mutex is waited for.
//
// Its fast ways are compiled into the program, where the sanitizer sees them. Its slow ones are in a library that is not
// instrumented; without this, what two threads do one after the other under a lock that one of them had to wait for would be
// taken for a race. To be loaded before the program.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY_LOCK "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

// The handle of the mutex, whose address stands for the order.
#define HANDLE __attribute__((swift_context)) void *handle
#define SWIFT __attribute__((swiftcall))

typedef SWIFT void Lock(uint32_t thread, HANDLE);
typedef SWIFT bool TryLock(HANDLE);
typedef SWIFT void Unlock(HANDLE);

// Absent in programs without the sanitizer, such as the compiler.
extern void __tsan_acquire(void *address) __attribute__((weak));
extern void __tsan_release(void *address) __attribute__((weak));

static void *next(const char *name) {
    void *function = dlsym(RTLD_NEXT, name);
    if (!function) {
        fprintf(stderr, "mutex-order: Swift's Mutex has no %s any more\n", name);
        abort();
    }
    return function;
}

SWIFT void lock(uint32_t thread, HANDLE) __asm__(LOCK);
SWIFT void lock(uint32_t thread, HANDLE) {
    ((Lock *)next(LOCK))(thread, handle);
    if (__tsan_acquire) __tsan_acquire(handle);
}

SWIFT bool tryLock(HANDLE) __asm__(TRY_LOCK);
SWIFT bool tryLock(HANDLE) {
    bool isLocked = ((TryLock *)next(TRY_LOCK))(handle);
    if (isLocked && __tsan_acquire) __tsan_acquire(handle);
    return isLocked;
}

SWIFT void unlock(HANDLE) __asm__(UNLOCK);
SWIFT void unlock(HANDLE) {
    if (__tsan_release) __tsan_release(handle);
    ((Unlock *)next(UNLOCK))(handle);
}
