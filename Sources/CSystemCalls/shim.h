// System calls that the C library shows to GNU programs only.

#ifndef REIN_CSYSTEMCALLS_SHIM_H
#define REIN_CSYSTEMCALLS_SHIM_H

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>

#ifdef __linux__
#include <sys/ioctl.h>
#include <sys/syscall.h>

extern long syscall(long number, ...);

#define REIN_RENAME_NOREPLACE 1u
#define REIN_RENAME_EXCHANGE 2u

// renameat2 for paths that are absolute or relative to the working directory. Returns 0, or -1 with errno set.
static inline int rein_rename(const char *source, const char *destination, unsigned int flags)
{
    const int working_directory = -100; // AT_FDCWD
    return (int)syscall(SYS_renameat2, working_directory, source, working_directory, destination, flags);
}

// Makes an empty file a copy of another one that shares its blocks until one of them is written to (ioctl_ficlone(2)).
// Returns 0, or -1 with errno set: most file systems cannot do that.
static inline int rein_clone(int destination, int source)
{
    return ioctl(destination, _IOW(0x94, 9, int), source); // FICLONE
}

// The lock of an open file description (fcntl(2)): it ends with the last descriptor, also when the process is killed,
// and whether it is held can be asked for without taking it. The two numbers are the same on all architectures.
static inline int rein_open_file_lock(int file, int ask, short *found)
{
    const int get = 36, set = 37; // F_OFD_GETLK, F_OFD_SETLK
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    const int result = fcntl(file, ask ? get : set, &lock);
    *found = lock.l_type;
    return result;
}

// Locks a file that is open for writing, without waiting. Returns 0, or -1 with errno set: EWOULDBLOCK if somebody else
// has the lock.
static inline int rein_lock_file(int file)
{
    short found;
    if (rein_open_file_lock(file, 0, &found) == 0) return 0;
    if (errno == EACCES) errno = EWOULDBLOCK;
    return -1;
}

// Whether somebody else has the lock of a file that is open for reading: 1, 0, or -1 with errno set.
static inline int rein_is_file_locked(int file)
{
    short found;
    return rein_open_file_lock(file, 1, &found) == 0 ? found != F_UNLCK : -1;
}
#else
static inline int rein_lock_file(int file) { return flock(file, LOCK_EX | LOCK_NB); }

static inline int rein_is_file_locked(int file)
{
    if (flock(file, LOCK_SH | LOCK_NB) == 0) return flock(file, LOCK_UN);
    return errno == EWOULDBLOCK ? 1 : -1;
}
#endif

// Locks a directory, without waiting, for as long as it is open. Returns 0, or -1 with errno set: EWOULDBLOCK if
// somebody else has the lock.
static inline int rein_lock_directory(int directory) { return flock(directory, LOCK_EX | LOCK_NB); }

#endif
