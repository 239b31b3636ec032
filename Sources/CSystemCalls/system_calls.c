#define _GNU_SOURCE
#include "CSystemCalls.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>

#ifdef __linux__
#include <linux/fs.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int rein_rename(const char *source, const char *destination, unsigned int flags) {
    return (int)syscall(SYS_renameat2, AT_FDCWD, source, AT_FDCWD, destination, flags);
}

int rein_clone(int destination, int source) { return ioctl(destination, FICLONE, source); }

int rein_allowed_processors(void) {
    for (int count = 1024;; count *= 2) {
        cpu_set_t *set = CPU_ALLOC(count);
        if (!set) return -1;
        size_t size = CPU_ALLOC_SIZE(count);
        int result = sched_getaffinity(0, size, set) == 0 ? CPU_COUNT_S(size, set) : -1;
        int number = errno;
        CPU_FREE(set);
        errno = number;
        // The system refuses a set that is smaller than its own.
        if (result >= 0 || number != EINVAL || count > 1 << 20) return result;
    }
}

int rein_lock_file(int file) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(file, F_OFD_SETLK, &lock) == 0) return 0;
    if (errno == EACCES) errno = EWOULDBLOCK;
    return -1;
}

int rein_is_file_locked(int file) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return fcntl(file, F_OFD_GETLK, &lock) == 0 ? lock.l_type != F_UNLCK : -1;
}
#else
int rein_lock_file(int file) { return flock(file, LOCK_EX | LOCK_NB); }

int rein_is_file_locked(int file) {
    if (flock(file, LOCK_SH | LOCK_NB) == 0) return flock(file, LOCK_UN);
    return errno == EWOULDBLOCK ? 1 : -1;
}
#endif

int rein_lock_directory(int directory) { return flock(directory, LOCK_EX | LOCK_NB); }
