// One HTTP request through libcurl, which is opened when it is first used: programs start without it.
//
// No header of libcurl is included: it need not be installed to build.

#ifndef CREINCURL_H
#define CREINCURL_H

#include <stddef.h>
#include <stdint.h>

/// A request, and who takes the answer. Functions are called on the thread that performs it.
struct rein_curl_request {
    const char *url;
    /// GET, PUT, HEAD or DELETE.
    const char *method;
    /// Lines without their ends.
    const char *const *headers;
    int header_count;
    /// What signs the request, as in "aws:amz:eu-central-1:s3", with the key's name and the secret; NULL for no signature.
    const char *signing;
    const char *user;
    const char *password;
    /// Hosts that are reached without a proxy; NULL for what the environment says.
    const char *no_proxy;
    /// In milliseconds, 0 for none.
    long time_limit;
    long connect_limit;
    /// In seconds without a byte.
    long stall_limit;
    /// The number of bytes that a PUT brings.
    int64_t body_size;
    /// Handed to the functions.
    void *context;
    /// Fills memory with the next bytes to send. Returns their number, -1 to give up.
    int64_t (*read_body)(void *context, char *memory, size_t room);
    /// Goes to a place in the bytes to send. Returns 0, or 1 when that cannot be done.
    int (*seek_body)(void *context, int64_t offset);
    /// Takes bytes of the answer with its status. Returns 0, or 1 to give up.
    int (*take_body)(void *context, const char *bytes, size_t count);
    /// Takes a line of the answer's head. Returns 0, or 1 to give up.
    int (*take_header)(void *context, const char *bytes, size_t count);
    /// Asked now and then whether to give up.
    int (*is_over)(void *context);
};

/// What became of a request.
struct rein_curl_result {
    /// libcurl's code, 0 when there is an answer.
    int code;
    /// What libcurl says of it.
    char message[256];
};

/// Opens libcurl, once. Returns NULL, or why it cannot be used: a text that stays.
const char *rein_curl_open(void);

/// Makes a handle, which keeps connections open between requests and is used by one thread at a time; NULL without memory.
void *rein_curl_make_handle(void);

/// Ends a handle.
void rein_curl_free_handle(void *handle);

/// Performs a request.
void rein_curl_perform(void *handle, const struct rein_curl_request *request, struct rein_curl_result *result);

#endif
