// System calls that the C library shows to GNU programs only.

#ifndef REIN_CSYSTEMCALLS_SHIM_H
#define REIN_CSYSTEMCALLS_SHIM_H

#include <stdio.h>

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
#endif

#endif
