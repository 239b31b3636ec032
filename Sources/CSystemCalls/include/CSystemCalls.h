// System calls that the C library shows to GNU programs only, or that take what Swift cannot pass.
//
// No system header is included here but one of types alone: what it declares would belong to this module as well as to the
// C library's.

#ifndef CSYSTEMCALLS_H
#define CSYSTEMCALLS_H

#include <stddef.h>

#ifdef __linux__
/// What rein_rename does when the destination is taken: fail with EEXIST, or let the two change places.
enum { REIN_RENAME_NOREPLACE = 1, REIN_RENAME_EXCHANGE = 2 };

/// renameat2(2) for paths that are absolute or relative to the working directory. Returns 0, or -1 with errno set.
int rein_rename(const char *source, const char *destination, unsigned int flags);

/// Makes an empty file a copy of another one that shares its blocks until one of them is written to (ioctl_ficlone(2)).
/// Returns 0, or -1 with errno set: most file systems cannot do that.
int rein_clone(int destination, int source);

/// The number of processors that this process may run on (sched_getaffinity(2)), or -1 with errno set.
int rein_allowed_processors(void);
#endif

/// The number of milliseconds since 1970 (clock_gettime(2)). Where other modules in C declare what that fills, too, Swift may
/// not know whose it is.
long long rein_wall_clock(void);

/// Locks a file that is open for writing, without waiting. Returns 0, or -1 with errno set: EWOULDBLOCK if somebody else
/// has the lock. On Linux it is the lock of an open file description (fcntl(2)): it ends with the last descriptor, also
/// when the process is killed, and whether it is held can be asked for without taking it.
int rein_lock_file(int file);

/// Whether somebody else has the lock of a file that is open for reading: 1, 0, or -1 with errno set.
int rein_is_file_locked(int file);

/// Locks a directory, without waiting, for as long as it is open. Returns 0, or -1 with errno set: EWOULDBLOCK if
/// somebody else has the lock.
int rein_lock_directory(int directory);

/// Makes a pipe that no other program inherits (pipe2(2)): its end for reading, then its end for writing. Returns 0, or -1
/// with errno set.
int rein_pipe(int ends[2]);

/// Makes two ends of a stream in both directions that no other program inherits (socketpair(2)). Returns 0, or -1 with
/// errno set.
int rein_socket_pair(int ends[2]);

/// Sends bytes into such a stream, and does not end the process when nobody reads them. Returns the number of bytes that
/// were taken, or -1 with errno set: EAGAIN when it does not wait and there is no room.
ptrdiff_t rein_send(int socket, const void *bytes, size_t count, int waits);

/// Whether this thread, when what it waits for is there, leaves whoever is at work on its processor in peace: on Linux it
/// is one of batches then (SCHED_BATCH). Without effect on a thread of another kind than usual, and elsewhere. Programs
/// that are started meanwhile would be of batches as well. Returns what it was before, 0 or 1.
int rein_set_patience(int patience);

/// Makes an empty file in memory that has no name, that no other program inherits, and that cannot be made smaller where the
/// system knows that (memfd_create(2)). `name` is for people. Returns the descriptor, or -1 with errno set.
int rein_memory_file(const char *name);

/// The flag of posix_spawnattr_setflags(3) that gives a program a session of its own, of whose only group it is the first.
short rein_spawn_session(void);

/// Whether bytes are somewhere in others (memmem(3)).
int rein_contains(const void *bytes, size_t count, const void *part, size_t part_count);

/// Lets standard output be written out after each line, whatever it is. To be called before anything is printed.
void rein_write_lines_at_once(void);

#endif
