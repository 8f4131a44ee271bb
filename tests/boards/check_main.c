/*
 * check_main.c: the list that every port must pass, on a board.
 *
 * Boot arguments: those of port/cortexm/start.c, and
 *
 *     host                  where tests/port_peer.py runs
 *     peer closed deaf      its three port numbers
 *     unknown               a name that has no address
 */
#include "board.h"
#include "console.h"
#include "lwip_port.h"
#include "port_check.h"

#define EXIT_NETWORK 3
#define LOST_MS 500 /* QEMU drops ticks of the board's when the host is busy */

static struct lwip_port port;
static struct port_check check;

static void print(void *ctx, const char *text)
{
    char one[2] = { 0 };

    (void)ctx;
    for (; *text != '\0'; text++) {
        one[0] = *text;
        if (*text == '\n')
            console_line();
        else
            console_text(one);
    }
}

int main(void)
{
    arguments_read();
    if (!board_start(&port)) {
        console_say("why", "no address by DHCP");
        return EXIT_NETWORK;
    }
    check.name = board.name;
    check.port = &port.port;
    check.host = argument("host", "");
    check.peer_port = (uint16_t)argument_number("peer", 0);
    check.closed_port = (uint16_t)argument_number("closed", 0);
    check.deaf_port = (uint16_t)argument_number("deaf", 0);
    check.unknown_host = argument("unknown", NULL);
    check.lost_ms = LOST_MS;
    check.print = print;
    return port_check(&check) == 0 ? 0 : 1;
}
