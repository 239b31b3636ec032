#include "CReinCurl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

// The numbers of libcurl's options, which its interface keeps for ever.
enum {
    option_write_data = 10001,
    option_url = 10002,
    option_read_data = 10009,
    option_error_buffer = 10010,
    option_low_speed_limit = 19,
    option_low_speed_time = 20,
    option_http_header = 10023,
    option_header_data = 10029,
    option_custom_request = 10036,
    option_no_progress = 43,
    option_no_body = 44,
    option_upload = 46,
    option_follow_location = 52,
    option_progress_data = 10057,
    option_no_signal = 99,
    option_write_function = 20011,
    option_read_function = 20012,
    option_header_function = 20079,
    option_body_size = 30115,
    option_time_limit = 155,
    option_connect_limit = 156,
    option_seek_function = 20167,
    option_seek_data = 10168,
    option_user = 10173,
    option_password = 10174,
    option_no_proxy = 10177,
    option_progress_function = 20219,
    option_path_as_is = 234,
    option_http_09_allowed = 285,
    option_signing = 10305,
    option_protocols = 10318,
};

// Older ones leave the checksum of the bytes out of what they sign.
enum { oldest_version = 0x075800 };

struct version_data {
    int age;
    const char *version;
    unsigned int number;
};

typedef int64_t curl_off;

static struct {
    const char *problem;
    char text[256];
    void *(*easy_init)(void);
    void (*easy_cleanup)(void *);
    void (*easy_reset)(void *);
    int (*easy_setopt)(void *, int, ...);
    int (*easy_perform)(void *);
    const char *(*easy_strerror)(int);
    void *(*slist_append)(void *, const char *);
    void (*slist_free_all)(void *);
} curl;

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void open_library(void) {
#ifdef __APPLE__
    const char *name = "libcurl.4.dylib";
#else
    const char *name = "libcurl.so.4";
#endif
    void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        snprintf(curl.text, sizeof curl.text,
                 "%s cannot be opened; on Debian and Ubuntu the package libcurl4 has it (apt-get install libcurl4)", name);
        curl.problem = curl.text;
        return;
    }
    struct version_data *(*version)(int) = (struct version_data * (*)(int)) dlsym(library, "curl_version_info");
    int (*global_init)(long) = (int (*)(long))dlsym(library, "curl_global_init");
    curl.easy_init = (void *(*)(void))dlsym(library, "curl_easy_init");
    curl.easy_cleanup = (void (*)(void *))dlsym(library, "curl_easy_cleanup");
    curl.easy_reset = (void (*)(void *))dlsym(library, "curl_easy_reset");
    curl.easy_setopt = (int (*)(void *, int, ...))dlsym(library, "curl_easy_setopt");
    curl.easy_perform = (int (*)(void *))dlsym(library, "curl_easy_perform");
    curl.easy_strerror = (const char *(*)(int))dlsym(library, "curl_easy_strerror");
    curl.slist_append = (void *(*)(void *, const char *))dlsym(library, "curl_slist_append");
    curl.slist_free_all = (void (*)(void *))dlsym(library, "curl_slist_free_all");
    if (!version || !global_init || !curl.easy_init || !curl.easy_cleanup || !curl.easy_reset || !curl.easy_setopt ||
        !curl.easy_perform || !curl.easy_strerror || !curl.slist_append || !curl.slist_free_all) {
        curl.problem = "the library libcurl lacks a function that is needed";
        return;
    }
    struct version_data *data = version(0);
    if (data->number < oldest_version) {
        snprintf(curl.text, sizeof curl.text, "libcurl is of version %.40s; 7.88 or a newer one is needed", data->version);
        curl.problem = curl.text;
        return;
    }
    if (global_init(3) != 0) curl.problem = "libcurl cannot be started";
}

const char *rein_curl_open(void) {
    pthread_once(&once, open_library);
    return curl.problem;
}

void *rein_curl_make_handle(void) { return curl.easy_init(); }

void rein_curl_free_handle(void *handle) { curl.easy_cleanup(handle); }

static size_t write_body(char *bytes, size_t size, size_t count, void *data) {
    const struct rein_curl_request *request = data;
    return request->take_body(request->context, bytes, size * count) == 0 ? size * count : (size_t)(size * count == 0);
}

static size_t write_header(char *bytes, size_t size, size_t count, void *data) {
    const struct rein_curl_request *request = data;
    return request->take_header(request->context, bytes, size * count) == 0 ? size * count : (size_t)(size * count == 0);
}

static size_t read_body(char *memory, size_t size, size_t count, void *data) {
    const struct rein_curl_request *request = data;
    int64_t result = request->read_body(request->context, memory, size * count);
    return result < 0 ? 0x10000000 : (size_t)result;
}

static int seek_body(void *data, curl_off offset, int origin) {
    const struct rein_curl_request *request = data;
    return origin == 0 ? request->seek_body(request->context, offset) : 1;
}

static int progress(void *data, curl_off total, curl_off done, curl_off total_up, curl_off done_up) {
    const struct rein_curl_request *request = data;
    (void)total, (void)done, (void)total_up, (void)done_up;
    return request->is_over(request->context);
}

void rein_curl_perform(void *handle, const struct rein_curl_request *request, struct rein_curl_result *result) {
    int (*set)(void *, int, ...) = curl.easy_setopt;
    void *headers = NULL;
    memset(result, 0, sizeof *result);
    curl.easy_reset(handle);
    int code = 0;
    for (int index = 0; index < request->header_count; index++) {
        void *longer = curl.slist_append(headers, request->headers[index]);
        if (!longer) code = 27;
        else headers = longer;
    }
    if (!code) code = set(handle, option_url, request->url);
    // What goes elsewhere: neither redirects nor other protocols are followed.
    if (!code) code = set(handle, option_protocols, "http,https");
    if (!code) code = set(handle, option_follow_location, 0L);
    if (!code) code = set(handle, option_http_09_allowed, 0L);
    if (!code) code = set(handle, option_path_as_is, 1L);
    if (!code) code = set(handle, option_no_signal, 1L);
    if (!code) code = set(handle, option_http_header, headers);
    if (!code) code = set(handle, option_error_buffer, result->message);
    if (!code) code = set(handle, option_time_limit, request->time_limit);
    if (!code) code = set(handle, option_connect_limit, request->connect_limit);
    if (!code) code = set(handle, option_low_speed_limit, 1L);
    if (!code) code = set(handle, option_low_speed_time, request->stall_limit);
    if (!code) code = set(handle, option_no_progress, 0L);
    if (!code) code = set(handle, option_progress_function, progress);
    if (!code) code = set(handle, option_progress_data, request);
    if (!code) code = set(handle, option_write_function, write_body);
    if (!code) code = set(handle, option_write_data, request);
    if (!code) code = set(handle, option_header_function, write_header);
    if (!code) code = set(handle, option_header_data, request);
    if (!code && request->no_proxy) code = set(handle, option_no_proxy, request->no_proxy);
    if (!code && request->signing) {
        code = set(handle, option_signing, request->signing);
        if (!code) code = set(handle, option_user, request->user);
        if (!code) code = set(handle, option_password, request->password);
    }
    if (!code && strcmp(request->method, "PUT") == 0) {
        code = set(handle, option_upload, 1L);
        if (!code) code = set(handle, option_body_size, (curl_off)request->body_size);
        if (!code) code = set(handle, option_read_function, read_body);
        if (!code) code = set(handle, option_read_data, request);
        if (!code) code = set(handle, option_seek_function, seek_body);
        if (!code) code = set(handle, option_seek_data, request);
    } else if (!code && strcmp(request->method, "HEAD") == 0) {
        code = set(handle, option_no_body, 1L);
    } else if (!code && strcmp(request->method, "GET") != 0) {
        code = set(handle, option_custom_request, request->method);
    }
    if (!code) code = curl.easy_perform(handle);
    result->code = code;
    if (code && !result->message[0]) snprintf(result->message, sizeof result->message, "%s", curl.easy_strerror(code));
    // Nothing of this request stays: neither its secret nor pointers to what is gone.
    curl.easy_reset(handle);
    curl.slist_free_all(headers);
}
