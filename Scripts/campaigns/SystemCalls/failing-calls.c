// Loaded before the C library, this lets one system call of a process fail, or do half of what it was asked for, or kills
// the process there.
//
// The calls that have to do with files are counted, in the order in which they are made; output and errors, which a
// person reads, are not. In the environment:
//
//   REIN_FAIL_CALL    the number of the call, from 1; 0 lets none fail
//   REIN_FAIL_ERRNO   the number of the error; 0 makes a read or write of half as many bytes instead
//   REIN_FAIL_COUNT   how many calls from there on fail; 1 when absent
//   REIN_FAIL_LOG     a file to which the number of calls is written at the end, and the name of the one that failed
//
// Calls that change something on the disk are counted apart, without output and errors:
//
//   REIN_KILL_CALL    the number of the change, from 1, before which the process gets SIGKILL; 0 counts only
//   REIN_KILL_HALF    when set, half of the bytes are written before, if the change is a write
//   REIN_KILL_LOG     a file to which the number of changes is written at the end, or when the process is killed, and the
//                     name of the one that was not made
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/fs.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static _Atomic long calls;
static _Atomic(const char *) failed;
static long first, count = 1;
static int number;

static _Atomic long changes;
static long last;
static int halves;

// What a process does before and after its own program runs does not count.
static _Atomic int counting;

static long setting(const char *name, long otherwise) {
    const char *text = getenv(name);
    return text == NULL ? otherwise : strtol(text, NULL, 10);
}

__attribute__((constructor)) static void start(void) {
    first = setting("REIN_FAIL_CALL", 0);
    number = (int)setting("REIN_FAIL_ERRNO", EIO);
    count = setting("REIN_FAIL_COUNT", 1);
    last = setting("REIN_KILL_CALL", 0);
    halves = getenv("REIN_KILL_HALF") != NULL;
    atomic_store(&counting, 1);
}

static void note(const char *variable, long total, const char *name) {
    const char *path = getenv(variable);
    FILE *log = path == NULL ? NULL : fopen(path, "w");
    if (log == NULL) return;
    fprintf(log, "%ld %s\n", total, name);
    fclose(log);
}

__attribute__((destructor)) static void finish(void) {
    atomic_store(&counting, 0);
    const char *name = atomic_load(&failed);
    note("REIN_FAIL_LOG", atomic_load(&calls), name == NULL ? "-" : name);
    note("REIN_KILL_LOG", atomic_load(&changes), "-");
}

// Whether the call that is being made is one of those that fail.
static int fails(const char *name) {
    if (!atomic_load(&counting)) return 0;
    const long call = atomic_fetch_add(&calls, 1) + 1;
    if (first == 0 || call < first || call >= first + count) return 0;
    atomic_store(&failed, name);
    return 1;
}

// Whether the change that is about to be made is the one before which the process is killed.
static int kills(void) {
    return atomic_load(&counting) && atomic_fetch_add(&changes, 1) + 1 == last;
}

static void die(const char *name) {
    note("REIN_KILL_LOG", last, name);
    raise(SIGKILL);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

// A function that fails with -1, and otherwise is the C library's.
#define WRAP(result, name, parameters, arguments)     \
    result name parameters {                          \
        static __typeof__(&name) real;                \
        if (real == NULL) real = REAL(name);          \
        if (fails(#name) && number != 0) {            \
            errno = number;                           \
            return (result)-1;                        \
        }                                             \
        return real arguments;                        \
    }

// The same for one that moves bytes, of which it may do half.
#define WRAP_TRANSFER(name, parameters, whole, half)  \
    ssize_t name parameters {                         \
        static __typeof__(&name) real;                \
        if (real == NULL) real = REAL(name);          \
        if ((file > 2 || file == 0) && fails(#name)) { \
            if (number == 0) return real half;        \
            errno = number;                           \
            return -1;                                \
        }                                             \
        return real whole;                            \
    }

// One that changes something on the disk.
#define WRAP_CHANGE(result, name, parameters, arguments) \
    result name parameters {                          \
        static __typeof__(&name) real;                \
        if (real == NULL) real = REAL(name);          \
        if (kills()) die(#name);                      \
        if (fails(#name) && number != 0) {            \
            errno = number;                           \
            return (result)-1;                        \
        }                                             \
        return real arguments;                        \
    }

// One that moves bytes to a file.
#define WRAP_WRITE(name, parameters, whole, half)     \
    ssize_t name parameters {                         \
        static __typeof__(&name) real;                \
        if (real == NULL) real = REAL(name);          \
        if (file > 2 && kills()) {                    \
            if (halves && size > 1) real half;        \
            die(#name);                               \
        }                                             \
        if ((file > 2 || file == 0) && fails(#name)) { \
            if (number == 0) return real half;        \
            errno = number;                           \
            return -1;                                \
        }                                             \
        return real whole;                            \
    }

#define HALF(size) ((size) > 1 ? (size) / 2 : (size))

WRAP_TRANSFER(read, (int file, void *bytes, size_t size), (file, bytes, size), (file, bytes, HALF(size)))
WRAP_WRITE(write, (int file, const void *bytes, size_t size), (file, bytes, size), (file, bytes, HALF(size)))
WRAP_TRANSFER(pread, (int file, void *bytes, size_t size, off_t place), (file, bytes, size, place),
              (file, bytes, HALF(size), place))
WRAP_TRANSFER(pread64, (int file, void *bytes, size_t size, off64_t place), (file, bytes, size, place),
              (file, bytes, HALF(size), place))
WRAP_WRITE(pwrite, (int file, const void *bytes, size_t size, off_t place), (file, bytes, size, place),
              (file, bytes, HALF(size), place))

WRAP_CHANGE(int, fsync, (int file), (file))
WRAP_CHANGE(int, fdatasync, (int file), (file))
WRAP_CHANGE(int, ftruncate, (int file, off_t size), (file, size))
WRAP_CHANGE(int, fchmod, (int file, mode_t mode), (file, mode))
WRAP(int, flock, (int file, int operation), (file, operation))
WRAP_CHANGE(int, mkdir, (const char *path, mode_t mode), (path, mode))
WRAP_CHANGE(int, mkdirat, (int directory, const char *path, mode_t mode), (directory, path, mode))
WRAP_CHANGE(int, rename, (const char *from, const char *to), (from, to))
WRAP_CHANGE(int, link, (const char *from, const char *to), (from, to))
WRAP_CHANGE(int, linkat, (int from, const char *path, int to, const char *name, int flags), (from, path, to, name, flags))
WRAP_CHANGE(int, symlink, (const char *target, const char *path), (target, path))
WRAP_CHANGE(int, unlink, (const char *path), (path))
WRAP_CHANGE(int, unlinkat, (int directory, const char *path, int flags), (directory, path, flags))
WRAP_CHANGE(int, rmdir, (const char *path), (path))
WRAP(int, stat, (const char *path, struct stat *status), (path, status))
WRAP(int, lstat, (const char *path, struct stat *status), (path, status))
WRAP(int, fstat, (int file, struct stat *status), (file, status))
WRAP(int, fstatat, (int directory, const char *path, struct stat *status, int flags), (directory, path, status, flags))
WRAP(off_t, lseek, (int file, off_t place, int whence), (file, place, whence))

int renameat(int from, const char *path, int to, const char *name) {
    if (kills()) die("renameat");
    if (fails("renameat") && number != 0) return errno = number, -1;
    return REAL(renameat)(from, path, to, name);
}

int open(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    if (flags & (O_CREAT | O_TRUNC) && kills()) die("open");
    if (fails("open") && number != 0) return errno = number, -1;
    return REAL(open)(path, flags, mode);
}

int openat(int directory, const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    if (flags & (O_CREAT | O_TRUNC) && kills()) die("openat");
    if (fails("openat") && number != 0) return errno = number, -1;
    return REAL(openat)(directory, path, flags, mode);
}

int ioctl(int file, unsigned long request, ...) {
    va_list rest;
    va_start(rest, request);
    void *argument = va_arg(rest, void *);
    va_end(rest);
    if (request == FICLONE && kills()) die("ioctl");
    if (file > 2 && fails("ioctl") && number != 0) return errno = number, -1;
    return REAL(ioctl)(file, request, argument);
}

DIR *fdopendir(int file) {
    if (fails("fdopendir") && number != 0) return errno = number, NULL;
    return REAL(fdopendir)(file);
}

DIR *opendir(const char *path) {
    if (fails("opendir") && number != 0) return errno = number, NULL;
    return REAL(opendir)(path);
}

struct dirent *readdir(DIR *directory) {
    if (fails("readdir") && number != 0) return errno = number, NULL;
    return REAL(readdir)(directory);
}

void *mmap(void *address, size_t size, int protection, int flags, int file, off_t place) {
    static __typeof__(&mmap) real;
    if (real == NULL) real = REAL(mmap);
    if (file >= 0 && fails("mmap") && number != 0) return errno = number, MAP_FAILED;
    return real(address, size, protection, flags, file, place);
}

// renameat2, which has no function of its own here.
long syscall(long call, ...) {
    va_list rest;
    va_start(rest, call);
    long values[6];
    for (int index = 0; index < 6; index++) values[index] = va_arg(rest, long);
    va_end(rest);
    if (call == SYS_renameat2 && kills()) die("renameat2");
    if (call == SYS_renameat2 && fails("renameat2") && number != 0) return errno = number, -1;
    return REAL(syscall)(call, values[0], values[1], values[2], values[3], values[4], values[5]);
}
