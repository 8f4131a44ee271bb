/*
 * download.h: one image, or file, from Feishu into a file.
 *
 * A download is worked on in small steps, none of which waits, so that a loop
 * can have several under way. Once it has ended, it serves for the next key,
 * over the connection that it kept.
 */
#ifndef DOWNLOAD_H
#define DOWNLOAD_H

#include <poll.h>

#include "credentials.h"
#include "fimg.h"
#include "fimg_limiter.h"
#include "keys.h"
#include "options.h"
#include "output.h"
#include "posix_port.h"
#include "progress.h"

/* The command's exit codes. */
enum exit_code {
    EXIT_COMPLETE = 0,
    EXIT_USAGE = 2, /* 2 to 7 are negated statuses of fimg.h */
    EXIT_LOCAL = 8  /* a file, or standard output */
};

/* What all downloads of a run share. */
struct run {
    const struct options *options;
    struct credentials *credentials;
    struct fimg_request request; /* all but port and key is filled in */
    struct fimg_session session;
    struct fimg_limiter limiter;
    struct progress progress;
    size_t failed;     /* number of the first key that failed */
    int code;          /* its exit code; EXIT_COMPLETE: none failed */
    bool json_is_lost; /* standard output takes no more */
};

enum download_phase {
    DOWNLOAD_IDLE = 0,
    DOWNLOAD_UNDER_WAY,
    DOWNLOAD_PAUSED, /* broke off, will go on */
    DOWNLOAD_OVER    /* download_end is due */
};

struct download {
    enum download_phase phase;
    struct run *run;
    struct fimg *f;
    struct posix_port port;
    struct fimg_request request;
    struct output out;
    struct pace pace; /* for the progress bar */
    char key[KEY_CAP];
    size_t number; /* of the key, in the order in which they were given */
    bool ready;    /* download_work has something to do */
    bool used;     /* `f` may hold something */

    int status;        /* once it is over: the library's */
    int error;         /* errno of a local failure; 0: none */
    uint32_t begun_ms; /* when it began */
    uint32_t due_ms;   /* when it is ready again, whatever happens */

    /* of all that was tried for this key */
    struct fimg_resume resume;
    uint32_t stored; /* bytes in the output */
    enum fimg_type type;
    bool placed;       /* the output is where this try's bytes belong */
    uint16_t attempts; /* of earlier tries; so are these: */
    uint32_t wire_in, wire_out;

    /* what has been told, with -v */
    enum fimg_stage told_stage;
    bool told_reply;
};

/* Make ready for any number of downloads. `run` is filled in. */
void download_init(struct download *d, struct run *run, struct fimg *f);

/*
 * Is `key` fit, and the rest of the request as well? Nothing is sent. Returns
 * FIMG_WHY_NONE, or the reason why not.
 */
enum fimg_reason download_check(struct download *d, const char *key);

/*
 * Begin with d->key, the key of that number, which need not be fit: a
 * download may be over, or idle again, as soon as it has begun. Returns
 * FIMG_WHY_NONE, or the reason why the key is unfit, which is for the caller
 * to tell.
 */
enum fimg_reason download_begin(struct download *d);

/* One more try, for what has begun: see again.h. The same is returned. */
enum fimg_reason download_try(struct download *d);

/* It is ready: do what needs no waiting, but no more than a fair share. */
void download_work(struct download *d);

/*
 * What to poll for until there is more to do: `fd` is filled in, and whatever
 * poll finds makes it ready. Returns how long to wait at the most; 0: not at
 * all.
 */
uint32_t download_wait(const struct download *d, struct pollfd *fd);

/* See what time it is: it may be ready, without anything to poll for. */
void download_look(struct download *d);

/* It is over: bring the output to its end, and tell. It is then idle. */
void download_end(struct download *d);

#endif
