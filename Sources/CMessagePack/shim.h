// msgpack-c, and a reader made of its parser.
//
// msgpack-c's own `msgpack_unpack` allocates what the headers of containers claim, and stops at 32 levels. Its parser
// is a template, though, and what it does with a value is up to the one who includes it: here every value becomes a
// token in an array that grows with the tokens there are, so memory is bounded by the size of the input.

#ifndef REIN_CMESSAGEPACK_SHIM_H
#define REIN_CMESSAGEPACK_SHIM_H

// 128 levels of lists and maps, and two more for a tensor's own map and its shape.
#define MSGPACK_EMBED_STACK_SIZE 130

#include <msgpack.h>
#include <msgpack/unpack_define.h>

typedef enum {
    REIN_MESSAGEPACK_NIL,
    REIN_MESSAGEPACK_FALSE,
    REIN_MESSAGEPACK_TRUE,
    REIN_MESSAGEPACK_UNSIGNED, // value
    REIN_MESSAGEPACK_SIGNED,   // value: two's complement
    REIN_MESSAGEPACK_DOUBLE,   // value: bits
    REIN_MESSAGEPACK_STRING,   // value: offset of the first byte, count: number of bytes
    REIN_MESSAGEPACK_BINARY,   // likewise
    REIN_MESSAGEPACK_LIST,     // count: number of elements, which follow
    REIN_MESSAGEPACK_MAP       // count: number of entries, which follow, keys and values in turn
} rein_messagepack_kind;

typedef struct {
    uint64_t value;
    uint32_t count;
    uint32_t kind;
} rein_messagepack_token;

// The tokens of one value in the order of the input. Starts zeroed, ends with rein_messagepack_release.
typedef struct {
    rein_messagepack_token *tokens;
    size_t count;
    size_t capacity;
    size_t limit; // of the number of tokens
} rein_messagepack_tape;

#define REIN_MESSAGEPACK_COMPLETE 1     // one whole value was read
#define REIN_MESSAGEPACK_INCOMPLETE 0   // the input ended inside the value
#define REIN_MESSAGEPACK_INVALID (-1)   // a byte that begins no value
#define REIN_MESSAGEPACK_TOO_DEEP (-2)  // more than MSGPACK_EMBED_STACK_SIZE levels; msgpack-c's own code
#define REIN_MESSAGEPACK_EXTENSION (-3) // an extension type
#define REIN_MESSAGEPACK_NO_MEMORY (-4)
#define REIN_MESSAGEPACK_TOO_MANY (-5)  // more tokens than the limit

static inline int rein_messagepack_append(
    rein_messagepack_tape *tape, char *object, rein_messagepack_kind kind, uint64_t value, uint32_t count)
{
    *object = 0;
    if (tape->count == tape->capacity) {
        if (tape->count >= tape->limit) return REIN_MESSAGEPACK_TOO_MANY;
        size_t capacity = tape->capacity ? tape->capacity + tape->capacity / 2 : 64;
        if (capacity > tape->limit) capacity = tape->limit;
        void *tokens = realloc(tape->tokens, capacity * sizeof(rein_messagepack_token));
        if (!tokens) return REIN_MESSAGEPACK_NO_MEMORY;
        tape->tokens = (rein_messagepack_token *)tokens;
        tape->capacity = capacity;
    }
    rein_messagepack_token token = {value, count, (uint32_t)kind};
    tape->tokens[tape->count++] = token;
    return 0;
}

static inline void rein_messagepack_release(rein_messagepack_tape *tape)
{
    free(tape->tokens);
    tape->tokens = NULL;
    tape->count = tape->capacity = 0;
}

// What the template calls, once for each value. The `object` it passes around carries nothing.
#define REIN_MESSAGEPACK_ON(name, ...) \
    static inline int rein_messagepack_on_##name(rein_messagepack_tape *tape, ##__VA_ARGS__, char *object)
#define REIN_MESSAGEPACK_ON_NUMBER(name, type, kind) \
    REIN_MESSAGEPACK_ON(name, type x) { return rein_messagepack_append(tape, object, kind, (uint64_t)x, 0); }

REIN_MESSAGEPACK_ON(nil) { return rein_messagepack_append(tape, object, REIN_MESSAGEPACK_NIL, 0, 0); }
REIN_MESSAGEPACK_ON(false) { return rein_messagepack_append(tape, object, REIN_MESSAGEPACK_FALSE, 0, 0); }
REIN_MESSAGEPACK_ON(true) { return rein_messagepack_append(tape, object, REIN_MESSAGEPACK_TRUE, 0, 0); }
REIN_MESSAGEPACK_ON_NUMBER(uint8, uint8_t, REIN_MESSAGEPACK_UNSIGNED)
REIN_MESSAGEPACK_ON_NUMBER(uint16, uint16_t, REIN_MESSAGEPACK_UNSIGNED)
REIN_MESSAGEPACK_ON_NUMBER(uint32, uint32_t, REIN_MESSAGEPACK_UNSIGNED)
REIN_MESSAGEPACK_ON_NUMBER(uint64, uint64_t, REIN_MESSAGEPACK_UNSIGNED)
REIN_MESSAGEPACK_ON_NUMBER(int8, int8_t, REIN_MESSAGEPACK_SIGNED)
REIN_MESSAGEPACK_ON_NUMBER(int16, int16_t, REIN_MESSAGEPACK_SIGNED)
REIN_MESSAGEPACK_ON_NUMBER(int32, int32_t, REIN_MESSAGEPACK_SIGNED)
REIN_MESSAGEPACK_ON_NUMBER(int64, int64_t, REIN_MESSAGEPACK_SIGNED)
REIN_MESSAGEPACK_ON(double, double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return rein_messagepack_append(tape, object, REIN_MESSAGEPACK_DOUBLE, bits, 0);
}
REIN_MESSAGEPACK_ON(float, float x) { return rein_messagepack_on_double(tape, (double)x, object); }
REIN_MESSAGEPACK_ON(array, unsigned int n)
{
    return rein_messagepack_append(tape, object, REIN_MESSAGEPACK_LIST, 0, n);
}
REIN_MESSAGEPACK_ON(map, unsigned int n)
{
    return rein_messagepack_append(tape, object, REIN_MESSAGEPACK_MAP, 0, n);
}
REIN_MESSAGEPACK_ON(str, const char *base, const char *first, unsigned int n)
{
    return rein_messagepack_append(tape, object, REIN_MESSAGEPACK_STRING, n ? (uint64_t)(first - base) : 0, n);
}
REIN_MESSAGEPACK_ON(bin, const char *base, const char *first, unsigned int n)
{
    return rein_messagepack_append(tape, object, REIN_MESSAGEPACK_BINARY, n ? (uint64_t)(first - base) : 0, n);
}
REIN_MESSAGEPACK_ON(ext, const char *base, const char *first, unsigned int n)
{
    (void)tape, (void)base, (void)first, (void)n, (void)object;
    return REIN_MESSAGEPACK_EXTENSION;
}
static inline char rein_messagepack_on_root(rein_messagepack_tape *tape)
{
    (void)tape;
    return 0;
}
static inline int rein_messagepack_on_array_item(rein_messagepack_tape *tape, char *list, char item)
{
    (void)tape, (void)list, (void)item;
    return 0;
}
static inline int rein_messagepack_on_map_item(rein_messagepack_tape *tape, char *map, char key, char item)
{
    (void)tape, (void)map, (void)key, (void)item;
    return 0;
}

#define msgpack_unpack_struct(name) struct rein_messagepack_parser##name
#define msgpack_unpack_func(result, name) static inline result rein_messagepack_parser##name
#define msgpack_unpack_callback(name) rein_messagepack_on##name
#define msgpack_unpack_object char
#define msgpack_unpack_user rein_messagepack_tape
#include <msgpack/unpack_template.h>

// Reads the first value of the input into `tape`, of at most `limit` tokens, and stores the number of bytes it took.
// Returns one of the results above. The tape belongs to the caller, whatever the result.
static inline int rein_messagepack_read(
    const void *bytes, size_t length, size_t limit, rein_messagepack_tape *tape, size_t *consumed)
{
    struct rein_messagepack_parser_context parser;
    memset(&parser, 0, sizeof parser);
    rein_messagepack_parser_init(&parser);
    parser.user.limit = limit;
    *consumed = 0;
    int result = rein_messagepack_parser_execute(&parser, (const char *)bytes, length, consumed);
    *tape = parser.user;
    return result;
}

#endif
