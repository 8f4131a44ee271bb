/*
 * rig.h: a client, a scripted port and a server, joined and ready to run.
 *
 * The rig drives a download the way its request wants it, on the port's clock,
 * and checks what holds for every download: nothing past cap, the port's
 * contract, a report that leaks nothing, limits that are kept.
 */
#ifndef RIG_H
#define RIG_H

#include "fimg.h"
#include "fimg_anchors.h"
#include "scripted_port.h"

#define RIG_NOW 1781524800 /* 15 June 2026, 12:00 UTC */
#define RIG_TOKEN "t-g1044ghJRUIJJ5ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define RIG_SECRET "Sk7f-qwertyuiop_asdfghjkl.zxcvb~"
#define RIG_CAP_MAX 20000
#define RIG_KEEPS (!FIMG_RECORD_LENT) /* can a connection outlive fimg_finish? */
#define COUNT(table) (sizeof(table) / sizeof(table)[0])

/* PEM text for struct fimg_trust's `read`, and what to do wrong with it. */
struct rig_bundle {
    const struct pem_text *text;
    size_t most;        /* bytes per read; 0: all that are asked for */
    unsigned fail_read; /* the n-th read fails; 0: none */
    int failure;        /* ... with this */
    unsigned reads;
    bool misused; /* asked for nothing, or for what lies too far off */
};

struct rig {
    struct fimg *f;
    struct scripted_port port;
    struct fimg_request request;
    struct fimg_trust trust;
    struct fimg_anchors anchors;
    struct rig_bundle bundle;
    uint8_t *lent;   /* the record buffer where it is the caller's, or NULL */
    bool given_back; /* ... and it is his again, and painted */

    size_t cap;         /* of each fimg_read; 0: 16384 */
    uint32_t pause_ms;  /* what the caller spends between two calls */
    const char *expect; /* the whole image; NULL: the pattern */
    size_t expect_len;

    /* what the download has come to */
    uint64_t stored;
    bool wrong; /* a byte was not as expected */
    unsigned reads;
    unsigned pendings;
    unsigned idle_spins; /* PENDING in a row without anything moved */
    uint64_t moved;      /* the port's bytes at the last of them */
    int result;          /* of the last fimg_read */
    uint32_t began;      /* the clock at its start */
    uint64_t received, sent, goodbye; /* the port's counts at its start */
};

/* The files of the test PKI that most tests use. */
extern struct pem_identity rig_ec; /* P-256, leaf and intermediate */
extern struct pem_roots rig_roots;

/*
 * Load them from the folder in argv[1]; ends the program without one. What the
 * rig finds wrong goes to `check`, which is check_that of the test's own
 * check.h.
 */
void rig_load(int argc, char **argv,
              void (*check)(bool ok, const char *file, int line,
                            const char *condition));

/* Trust the roots of a PEM text instead of compiled-in ones. */
void rig_trust_text(struct rig *r, const struct pem_text *text);

/*
 * A rig with an object of its own, in a block of exactly its size, and a
 * server that plays `script` on every connection. Then, when all is over:
 * close, check that the port was left well, and give the block back.
 */
void rig_open(struct rig *r, const struct peer_step *script);
void rig_close(struct rig *r);

/* Begin a download; the same and drive it to its end. */
int rig_start(struct rig *r);
int rig_download(struct rig *r);

/* Go on until the end, or until `stored` bytes of image are there. */
int rig_run(struct rig *r, uint64_t stored);

/* It has ended: check the report, finish, and see that the end stays it. */
void rig_end(struct rig *r);

/* One fimg_read, checked; then what a caller does who has to wait. */
int rig_read(struct rig *r);
void rig_idle(struct rig *r);

/* Check that the download ended for this reason, and with its status. */
void rig_expect(const struct rig *r, enum fimg_reason reason);

/*
 * What a rig, its object and its server are at a moment, to go back to. The
 * same bytes come back to the same addresses; nobody looks at them.
 */
struct rig_snapshot {
    struct rig rig;
    void *object;
    uint8_t *lent;
};

void rig_save(const struct rig *r, struct rig_snapshot *s);
void rig_restore(struct rig *r, const struct rig_snapshot *s);
void rig_forget(struct rig_snapshot *s);

/* Milliseconds that the download has taken. */
uint32_t rig_took(const struct rig *r);

#endif
