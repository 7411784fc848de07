#include "allocation_counter.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

// Long enough for a program, a subcommand and the name of a decoder; what is longer is cut.
static char noted_command[128];
static uint64_t noted_seed;
static volatile uint64_t noted_round;
static char handler_stack[64 * 1024];

static void write_text(const char *text) {
    size_t length = 0;
    while (text[length] != '\0') {
        length += 1;
    }
    // Nothing is left to do about a standard error that takes nothing.
    ssize_t written = write(STDERR_FILENO, text, length);
    (void)written;
}

static void write_number(uint64_t number) {
    char digits[21];
    size_t start = sizeof digits - 1;
    digits[start] = '\0';
    do {
        start -= 1;
        digits[start] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    write_text(digits + start);
}

static void note_crash(int signal_number) {
    write_text("\ncrash by signal ");
    write_number((uint64_t)signal_number);
    write_text("; again with: ");
    write_text(noted_command);
    write_text(" --seed ");
    write_number(noted_seed);
    write_text(" --first-round ");
    write_number(noted_round);
    write_text(" --rounds 1\n");
    // The handler was reset on entry: the signal ends the process now.
    raise(signal_number);
}

void crash_note_install(const char *command, uint64_t seed) {
    size_t length = 0;
    while (length + 1 < sizeof noted_command && command[length] != '\0') {
        noted_command[length] = command[length];
        length += 1;
    }
    noted_command[length] = '\0';
    noted_seed = seed;
    stack_t stack = {.ss_sp = handler_stack, .ss_size = sizeof handler_stack, .ss_flags = 0};
    sigaltstack(&stack, NULL);
    struct sigaction action = {0};
    action.sa_handler = note_crash;
    action.sa_flags = SA_ONSTACK | SA_RESETHAND;
    sigemptyset(&action.sa_mask);
    const int signals[] = {SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV};
    for (size_t index = 0; index < sizeof signals / sizeof signals[0]; index += 1) {
        sigaction(signals[index], &action, NULL);
    }
}

void crash_note_round(uint64_t round) { noted_round = round; }
