#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

#include <stdbool.h>
#include <stdint.h>

/// Allocations of the calling thread since it started.
struct allocation_count {
    uint64_t calls;
    uint64_t bytes;
};

/// Whether this platform's allocator can be counted.
bool allocation_counter_is_available(void);

struct allocation_count allocation_counter_read(void);

/// Makes a crash name the input that caused it: how to try it again, with `command`, `seed` and the round, is written to
/// standard error before the process ends by the signal. Traps, bad addresses and overflows of the stack are covered.
/// May be called again, for another command.
void crash_note_install(const char *command, uint64_t seed);

/// The input that is tried from now on.
void crash_note_round(uint64_t round);

#endif
