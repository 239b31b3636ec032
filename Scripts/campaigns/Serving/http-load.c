// A client that keeps a server busy from one thread: as fast as the server answers, or at a rate.
//
//     http-load PORT REQUEST CONNECTIONS RATE SECONDS
//
// REQUEST is a file with the bytes of one request, head and body, which every one of CONNECTIONS to 127.0.0.1 sends again
// and again. With a RATE of 0 each sends as soon as it has its answer. Otherwise so many requests a second are due in all,
// at even distances, whether answers come or not: each goes to a connection that waits for none, and is left out where there
// is none. Prints a line of JSON: what was sent and answered, times in microseconds, and what became of the rest. "lost" are
// requests whose connection ended before their answer was whole, "unheard" those of them of which not a byte came; where a
// connection never had an answer, as when nobody has accepted it, that is "turnedAway" instead. "curt" are answers with 503
// that do not say when to try again.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LARGEST_ANSWER = 1 << 20, EVENTS = 256, DRAIN_SECONDS = 5, STEPS = 128, OCTAVES = 48 };

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + 1e-9 * time.tv_nsec;
}

// Times, with less than one per cent of error.
typedef struct {
    uint64_t counts[OCTAVES * STEPS], total;
    double largest;
} histogram;

static void note(histogram *h, double seconds) {
    uint64_t nanoseconds = seconds > 0 ? seconds * 1e9 : 0;
    size_t place = nanoseconds;
    if (nanoseconds >= STEPS) {
        int shift = 56 - __builtin_clzll(nanoseconds);  // What is left has 8 bits, the first of them set.
        place = (size_t)shift * STEPS + (nanoseconds >> shift);
    }
    h->counts[place < OCTAVES * STEPS ? place : OCTAVES * STEPS - 1]++;
    h->total++;
    if (seconds > h->largest) h->largest = seconds;
}

static double quantile(const histogram *h, double part) {
    uint64_t rest = part * h->total;
    for (size_t place = 0; place < OCTAVES * STEPS; place++) {
        if (h->counts[place] > rest) {
            size_t shift = place < 2 * STEPS ? 0 : place / STEPS - 1;
            return ((place - shift * STEPS) << shift) * 1e-3;
        }
        rest -= h->counts[place];
    }
    return 1e6 * h->largest;
}

static void print_times(const char *name, const histogram *h) {
    printf(",\"%s\":{\"p50\":%.1f,\"p90\":%.1f,\"p99\":%.1f,\"max\":%.1f}", name, quantile(h, 0.5), quantile(h, 0.9),
        quantile(h, 0.99), 1e6 * h->largest);
}

typedef struct connection {
    enum { CLOSED, CONNECTING, IDLE, BUSY, GONE } state;
    int descriptor;
    double due, sent;
    size_t written, filled, capacity;
    uint64_t answers;
    char *answer;
    struct connection *next_idle;
} connection;

static struct sockaddr_in address;
static char *request;
static size_t request_size;
static int poller;
static connection *idle;
static uint64_t sent, answered, skipped, lost, unheard, refused, reopened, curt, turned_away, statuses[1000];
static histogram accepted, accepted_from_due, others;
static double rate;
static int is_over;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void open_connection(connection *c) {
    int one = 1;
    c->descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (c->descriptor < 0) fail("socket");
    setsockopt(c->descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    c->filled = c->answers = 0;
    c->state = CONNECTING;
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = c};
    if (connect(c->descriptor, (struct sockaddr *)&address, sizeof address) < 0 && errno != EINPROGRESS) {
        close(c->descriptor);
        c->state = GONE;
        refused++;
        return;
    }
    if (epoll_ctl(poller, EPOLL_CTL_ADD, c->descriptor, &event) < 0) fail("epoll_ctl");
}

static void end_connection(connection *c) {
    if (c->state == CONNECTING) {
        // Nobody listens any more.
        refused++;
        c->state = GONE;
    } else {
        if (c->state == BUSY && c->answers == 0 && c->filled == 0) {
            turned_away++;
        } else if (c->state == BUSY) {
            lost++;
            if (c->filled == 0) unheard++;
        }
        if (c->state == IDLE) {
            connection **place = &idle;
            while (*place && *place != c) place = &(*place)->next_idle;
            if (*place) *place = c->next_idle;
        }
        c->state = CLOSED;
    }
    close(c->descriptor);
    if (c->state == CLOSED && !is_over) {
        reopened++;
        open_connection(c);
    }
}

static void send_rest(connection *c) {
    while (c->written < request_size) {
        ssize_t count = send(c->descriptor, request + c->written, request_size - c->written, MSG_NOSIGNAL);
        if (count < 0 && errno == EAGAIN) return;
        if (count < 0) return end_connection(c);
        c->written += count;
    }
}

static void begin_request(connection *c, double due, double time) {
    c->state = BUSY;
    c->due = due;
    c->sent = time;
    c->written = c->filled = 0;
    sent++;
    send_rest(c);
}

// A connection has no request to wait for any more.
static void become_idle(connection *c, double time) {
    if (rate == 0 && !is_over) return begin_request(c, time, time);
    c->state = IDLE;
    c->next_idle = idle;
    idle = c;
}

// The size of the whole answer, 0 while its head is not complete. Says whether the connection ends with it, and whether it
// names a time to try again.
static size_t answer_size(connection *c, int *ends, int *retries) {
    c->answer[c->filled] = 0;
    char *end = strstr(c->answer, "\r\n\r\n");
    if (!end) return 0;
    size_t length = 0;
    *ends = *retries = 0;
    for (char *line = strstr(c->answer, "\r\n"); line && line < end; line = strstr(line + 2, "\r\n")) {
        if (!strncasecmp(line + 2, "content-length:", 15)) length = strtoull(line + 17, NULL, 10);
        if (!strncasecmp(line + 2, "connection: close", 17)) *ends = 1;
        if (!strncasecmp(line + 2, "retry-after:", 12)) *retries = 1;
    }
    return end + 4 - c->answer + length;
}

static void receive(connection *c) {
    for (;;) {
        if (c->capacity < c->filled + 4096) {
            c->capacity = c->capacity * 2 + 8192;
            c->answer = realloc(c->answer, c->capacity + 1);
            if (!c->answer || c->capacity > LARGEST_ANSWER) fail("an answer");
        }
        ssize_t count = recv(c->descriptor, c->answer + c->filled, c->capacity - c->filled, 0);
        if (count < 0 && errno == EAGAIN) return;
        if (count <= 0) return end_connection(c);
        if (c->state != BUSY) return end_connection(c);
        c->filled += count;
        int ends = 0, retries = 0;
        size_t size = answer_size(c, &ends, &retries);
        if (size == 0 || c->filled < size) continue;
        double time = now();
        int status = atoi(c->answer + 9);
        statuses[status > 0 && status < 1000 ? status : 0]++;
        answered++;
        c->answers++;
        curt += status == 503 && !retries;
        note(status == 200 ? &accepted : &others, time - c->sent);
        if (status == 200) note(&accepted_from_due, time - c->due);
        if (ends) {
            c->state = CLOSED;
            close(c->descriptor);
            if (!is_over) {
                reopened++;
                open_connection(c);
            }
            return;
        }
        become_idle(c, time);
    }
}

static void handle(struct epoll_event *event, double time) {
    connection *c = event->data.ptr;
    if (c->state == CONNECTING) {
        if (event->events & (EPOLLERR | EPOLLHUP)) return end_connection(c);
        if (event->events & EPOLLOUT) become_idle(c, time);
        return;
    }
    if (c->state == BUSY && event->events & EPOLLOUT && c->written < request_size) send_rest(c);
    if (c->state == BUSY || c->state == IDLE) {
        if (event->events & (EPOLLIN | EPOLLERR | EPOLLHUP)) receive(c);
    }
}

static void read_request(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) fail(path);
    request = malloc(1 << 24);
    request_size = fread(request, 1, 1 << 24, file);
    fclose(file);
}

static int count_open(const connection *all, int count, int busy_only) {
    int open = 0;
    for (int i = 0; i < count; i++) open += all[i].state == BUSY || (!busy_only && all[i].state != GONE);
    return open;
}

static void report(double seconds, int connections, int left) {
    printf("{\"seconds\":%.4f,\"connections\":%d,\"sent\":%lu,\"answered\":%lu,\"perSecond\":%.1f", seconds, connections,
        sent, answered, answered / seconds);
    printf(",\"skipped\":%lu,\"lost\":%lu,\"unheard\":%lu,\"unanswered\":%d,\"refused\":%lu,\"reopened\":%lu,\"curt\":%lu,"
        "\"turnedAway\":%lu",
        skipped, lost, unheard, left, refused, reopened, curt, turned_away);
    print_times("accepted", &accepted);
    print_times("acceptedFromDue", &accepted_from_due);
    print_times("others", &others);
    const char *separator = ",\"statuses\":{";
    for (int status = 0; status < 1000; status++) {
        if (!statuses[status]) continue;
        printf("%s\"%d\":%lu", separator, status, statuses[status]);
        separator = ",";
    }
    printf(answered ? "}}\n" : "}\n");
}

int main(int count, char **arguments) {
    if (count != 6) return fprintf(stderr, "http-load PORT REQUEST CONNECTIONS RATE SECONDS\n"), 64;
    address = (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons(atoi(arguments[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    read_request(arguments[2]);
    int connections = atoi(arguments[3]);
    rate = atof(arguments[4]);
    double seconds = atof(arguments[5]);
    if (connections < 1 || connections > 20000 || rate < 0 || seconds <= 0 || seconds > 3600) return 64;
    // Sleep no longer than asked for.
    prctl(PR_SET_TIMERSLACK, 1);
    poller = epoll_create1(0);
    connection *all = calloc(connections, sizeof *all);
    for (int i = 0; i < connections; i++) {
        // No more at once than a server holds that has not accepted them yet.
        if (i % 64 == 63) usleep(20000);
        open_connection(&all[i]);
    }

    // With a rate nothing is due before everybody is connected.
    double begin = now() + (rate > 0 ? 0.5 : 0), stop = begin + seconds, time = now();
    uint64_t due = 0;
    struct epoll_event events[EVENTS];
    while (time < stop + DRAIN_SECONDS) {
        is_over = time >= stop;
        if (is_over && !count_open(all, connections, 1)) break;
        if (!count_open(all, connections, 0)) break;
        double next = stop;
        if (rate > 0 && !is_over) {
            for (; begin + due / rate <= time; due++) {
                connection *c = idle;
                if (!c) {
                    skipped++;
                    continue;
                }
                idle = c->next_idle;
                begin_request(c, begin + due / rate, time);
            }
            next = begin + due / rate;
        }
        double wait = is_over ? 0.01 : next - now();
        if (wait < 0) wait = 0;
        if (wait > 0.1) wait = 0.1;
        struct timespec timeout = {0, wait * 1e9};
        int found = epoll_pwait2(poller, events, EVENTS, &timeout, NULL);
        if (found < 0 && errno != EINTR) fail("epoll_pwait2");
        time = now();
        for (int i = 0; i < found; i++) handle(&events[i], time);
    }
    double length = (time < stop ? time : stop) - begin;
    report(length > 0 ? length : 1e-9, connections, count_open(all, connections, 1));
    return 0;
}
