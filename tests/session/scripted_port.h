/*
 * scripted_port.h: a port over a tls_peer, on a clock that only it moves.
 *
 * A call that may wait moves the clock to the moment when it has a result, or
 * by all it may wait. The port holds the library to the contract of
 * fimg_port.h: `violation` names the first thing it must not have done.
 */
#ifndef SCRIPTED_PORT_H
#define SCRIPTED_PORT_H

#include "fimg.h"
#include "tls_peer.h"

#define PORT_NEVER UINT32_MAX
#define PORT_SENT_CAP 8192

/* What the n-th call comes to instead of its work. */
enum port_fault {
    FAULT_NONE = 0,
    FAULT_AGAIN,     /* too early, without waiting */
    FAULT_LATE,      /* AGAIN after all the time there was */
    FAULT_RESOLVING, /* from here on the codes of fimg_port.h */
    FAULT_CLOSED,
    FAULT_NO_NAME,
    FAULT_FAILED,
    FAULT_ZERO,  /* from here on what no port may return */
    FAULT_MORE,  /* one byte more than asked */
    FAULT_JUNK,  /* a code that does not exist */
    FAULT_MOST,  /* INT_MAX */
    FAULT_LEAST, /* INT_MIN */
    FAULTS
};

enum port_call {
    CALL_NONE,
    CALL_CONNECT,
    CALL_SEND,
    CALL_RECV,
    CALL_CLOSE,
    CALL_SLEEP,
    CALL_ENTROPY,
    CALL_TIME
};

struct scripted_port {
    struct fimg_port api; /* for the library */
    struct tls_peer peer;

    /* how to be; may be changed at any time */
    uint32_t now; /* the clock */
    uint32_t unix_time;
    int entropy_result; /* 0, or what entropy returns */
    size_t window_in;   /* bytes per recv and send; 0: all */
    size_t window_out;
    uint32_t gap_ms;     /* between two chunks, either way */
    uint32_t resolve_ms; /* name look-up, then TCP; PORT_NEVER: never ends */
    uint32_t dial_ms;
    int connect_result;
    uint64_t cut_after;      /* bytes of a connection's stream */
    unsigned cut_connection; /* which one, counted by `connects`; 0: none */
    enum port_fault cut;     /* CLOSED, FAILED, or AGAIN for silence */
    uint64_t send_max;       /* the peer reads no more than this; 0: all */
    unsigned fault_call;     /* the n-th call, counted by `calls`; 0: none */
    enum port_fault fault;

    /* what it holds the library to; set by port_watch */
    const struct fimg_request *request;
    const char *token;
    uint32_t start;         /* when the download began */
    uint32_t attempt_start; /* when the attempt's connection was begun */

    /* records */
    const char *violation;                /* NULL: none */
    enum port_call last_call, again_call; /* the last that said AGAIN */
    enum port_call fault_hit;             /* the call that the fault fell on */
    unsigned calls;    /* that may fail: connect, send, recv, ... */
    unsigned dials;    /* connections begun */
    unsigned connects; /* of them made */
    unsigned closes;
    unsigned entropies;
    unsigned sleeps;
    uint64_t received; /* bytes, over all connections */
    uint64_t sent;
    uint64_t goodbye;     /* of them sent right before close */
    uint64_t app_records; /* records of application data sent */
    char host[300];       /* that connect was given last */
    uint16_t number;

    /* this connection */
    enum { PORT_IDLE, PORT_DIALING, PORT_OPEN } state;
    bool optional_close; /* it began with a result that is not allowed */
    bool broken;         /* the library was told nonsense */
    bool dead;           /* ... or that the connection is useless */
    uint32_t dial_start;
    uint32_t ready_in, ready_out; /* when the next chunk may move */
    uint64_t taken, given;        /* bytes of this connection */
    uint64_t last_sent;           /* bytes moved by the last call, if a send */
    uint8_t header[5];            /* of the client's present record */
    uint32_t header_len, record_left;
    size_t plain_len;
    char plain[PORT_SENT_CAP]; /* the first bytes sent, as on the wire */
};

/* Make ready; everything else is set up beforehand or afterwards. */
void port_init(struct scripted_port *p);

/* A download with this request begins now. */
void port_watch(struct scripted_port *p, const struct fimg_request *request);

/* Milliseconds until what is waited for can come, PORT_NEVER if it cannot. */
uint32_t port_event(struct scripted_port *p, enum fimg_wants wants);

#endif
