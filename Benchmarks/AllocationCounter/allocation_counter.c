#include "allocation_counter.h"

#include <errno.h>
#include <stddef.h>

#if defined(__linux__) && defined(__GLIBC__)

// The executable's definitions come before the C library's in symbol lookup, for every shared library too. glibc keeps
// the originals under these names.
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static __thread struct allocation_count count;

static void add(size_t size) {
    count.calls += 1;
    count.bytes += size;
}

void *malloc(size_t size) {
    add(size);
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    add(number * size);
    return __libc_calloc(number, size);
}

void *realloc(void *memory, size_t size) {
    add(size);
    return __libc_realloc(memory, size);
}

void *memalign(size_t alignment, size_t size) {
    add(size);
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    return memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
    if (alignment < sizeof(void *) || (alignment & (alignment - 1)) != 0) {
        return EINVAL;
    }
    void *result = memalign(alignment, size);
    if (result == NULL) {
        return ENOMEM;
    }
    *memory = result;
    return 0;
}

bool allocation_counter_is_available(void) { return true; }

struct allocation_count allocation_counter_read(void) { return count; }

#else

bool allocation_counter_is_available(void) { return false; }

struct allocation_count allocation_counter_read(void) {
    struct allocation_count none = {0, 0};
    return none;
}

#endif
