/*
 * no_system_random.c: keep BearSSL from adding system randomness, so that a
 * handshake is the same every time. The linker prefers this function to the
 * library's own; all entropy then comes from the scripted port.
 */
#include <bearssl.h>

br_prng_seeder br_prng_seeder_system(const char **name)
{
    if (name)
        *name = "none";
    return 0;
}
