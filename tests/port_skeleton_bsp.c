/*
 * port_skeleton_bsp.c: what somebody with a Cortex-M3 board has before the
 * port: vectors, memory initialisation, and the system calls that stdio makes,
 * of which one does something, by semihosting. There is no clock: who asks for
 * the time of day does not link.
 */
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include "../port/cortexm/semihosting.h"

#define SYS_WRITE0 0x04
#define SYS_EXIT_EXTENDED 0x20
#define APPLICATION_EXIT 0x20026u

extern uint8_t data_begin[], data_end[], data_stored[]; /* board.ld */
extern uint8_t bss_begin[], bss_end[];

int main(void);
void stack_start(void);

void __attribute__((noreturn)) _exit(int code)
{
    uint32_t block[2] = { APPLICATION_EXIT, (uint32_t)code };

    for (;;)
        (void)semihosting(SYS_EXIT_EXTENDED, block);
}

void reset_handler(void)
{
    memcpy(data_begin, data_stored, (size_t)(data_end - data_begin));
    memset(bss_begin, 0, (size_t)(bss_end - bss_begin));
    _exit(main());
}

typedef void (*vector)(void);

__attribute__((section(".vectors"), used)) static const vector vectors[] = {
    stack_start, reset_handler
};

int _write(int fd, const char *src, int len)
{
    char text[2] = { 0 };
    int i;

    (void)fd;
    for (i = 0; i < len; i++) {
        text[0] = src[i];
        (void)semihosting(SYS_WRITE0, text);
    }
    return len;
}

void *_sbrk(int more)
{
    static char heap[16384], *at = heap;

    at += more;
    return at <= heap + sizeof heap ? at - more : (void *)-1;
}

int _fstat(int fd, struct stat *s)
{
    (void)fd;
    s->st_mode = S_IFCHR;
    return 0;
}

int _isatty(int fd)
{
    (void)fd;
    return 1;
}

int _close(int fd)
{
    (void)fd;
    return -1;
}

int _lseek(int fd, int at, int from)
{
    (void)fd, (void)at, (void)from;
    return 0;
}

int _read(int fd, char *dst, int cap)
{
    (void)fd, (void)dst, (void)cap;
    return 0;
}
