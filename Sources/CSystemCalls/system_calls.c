#define _GNU_SOURCE
#include "CSystemCalls.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#ifdef __linux__
#include <linux/fs.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

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

int rein_memory_file(const char *name) {
    int file = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    // Whoever else has it cannot take away pages that are mapped here.
    if (file >= 0) fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK);
    return file;
}
#else
#include <stdatomic.h>
#include <sys/mman.h>

int rein_memory_file(const char *name) {
    static atomic_uint count;
    char unique[32];
    snprintf(unique, sizeof unique, "/rein-%d-%u", (int)getpid(), atomic_fetch_add(&count, 1));
    int file = shm_open(unique, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (file >= 0) {
        shm_unlink(unique);
        fcntl(file, F_SETFD, FD_CLOEXEC);
    }
    return file;
}

int rein_lock_file(int file) { return flock(file, LOCK_EX | LOCK_NB); }

int rein_is_file_locked(int file) {
    if (flock(file, LOCK_SH | LOCK_NB) == 0) return flock(file, LOCK_UN);
    return errno == EWOULDBLOCK ? 1 : -1;
}
#endif

short rein_spawn_session(void) { return POSIX_SPAWN_SETSID; }

int rein_contains(const void *bytes, size_t count, const void *part, size_t part_count) {
    return memmem(bytes, count, part, part_count) != NULL;
}

int rein_lock_directory(int directory) { return flock(directory, LOCK_EX | LOCK_NB); }

#ifdef __linux__
int rein_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int rein_socket_pair(int ends[2]) { return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends); }

ptrdiff_t rein_send(int socket, const void *bytes, size_t count, int waits) {
    return send(socket, bytes, count, MSG_NOSIGNAL | (waits ? 0 : MSG_DONTWAIT));
}
#else
static void close_on_exec(const int ends[2]) {
    for (int end = 0; end < 2; end++) fcntl(ends[end], F_SETFD, FD_CLOEXEC);
}

int rein_pipe(int ends[2]) {
    if (pipe(ends) != 0) return -1;
    close_on_exec(ends);
    return 0;
}

int rein_socket_pair(int ends[2]) {
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return -1;
    close_on_exec(ends);
    int yes = 1;
    for (int end = 0; end < 2; end++) setsockopt(ends[end], SOL_SOCKET, SO_NOSIGPIPE, &yes, sizeof yes);
    return 0;
}

ptrdiff_t rein_send(int socket, const void *bytes, size_t count, int waits) {
    return send(socket, bytes, count, waits ? 0 : MSG_DONTWAIT);
}
#endif

long long rein_wall_clock(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void rein_write_lines_at_once(void) { setvbuf(stdout, NULL, _IOLBF, 0); }

int rein_set_patience(int patience) {
#ifdef __linux__
    static _Thread_local int has_patience;
    int before = has_patience;
    struct sched_param usual = {0};
    if (patience == before) return before;
    if (patience && sched_getscheduler(0) != SCHED_OTHER) return before;
    if (sched_setscheduler(0, patience ? SCHED_BATCH : SCHED_OTHER, &usual) == 0) has_patience = patience;
    return before;
#else
    (void)patience;
    return 0;
#endif
}
