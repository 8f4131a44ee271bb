/*
 * fimg_config.h: the numbers that decide how much memory the library takes.
 *
 * Change one on the compiler's command line (-DFIMG_RECORD_MAX=4096), for the
 * library and for every file that includes fimg_state.h alike.
 */
#ifndef FIMG_CONFIG_H
#define FIMG_CONFIG_H

/*
 * Largest TLS record, in plaintext bytes: 16384 or 4096. Each byte less saves
 * a byte of RAM. 16384 works with every server; 4096 asks for it with the
 * max_fragment_length extension (RFC 6066, 4), and a server that ignores the
 * wish is reported together with the size it needs. The trust bundle reader below
 * needs 16384.
 */
#ifndef FIMG_RECORD_MAX
#define FIMG_RECORD_MAX 16384
#endif
#if FIMG_RECORD_MAX != 16384 && FIMG_RECORD_MAX != 4096
#error "FIMG_RECORD_MAX is 16384 or 4096"
#endif

/* Bytes of a record buffer: header, nonce, plaintext, AES-GCM tag. */
#define FIMG_RECORD_CAP (FIMG_RECORD_MAX + 29)

/*
 * 1: the record buffer is not part of struct fimg. Each request lends one, for
 * the time of a download: memory that has other uses between downloads.
 */
#ifndef FIMG_RECORD_LENT
#define FIMG_RECORD_LENT 0
#endif

/*
 * 1: roots may come from PEM text (struct fimg_trust, `read`). 0: compiled in
 * only, and about 1.2 KB of flash are free.
 */
#ifndef FIMG_BUNDLE
#define FIMG_BUNDLE (FIMG_RECORD_MAX == 16384)
#endif
#if FIMG_BUNDLE && FIMG_RECORD_MAX < 16384
#error "FIMG_BUNDLE needs the room of a 16384-byte record"
#endif

/*
 * Bytes kept of an error reply, to find Feishu's code and message in. Real
 * replies take 45 to 860 bytes. Each byte more costs a byte of RAM.
 */
#ifndef FIMG_ERROR_TEXT_CAP
#define FIMG_ERROR_TEXT_CAP 1024
#endif
#if FIMG_ERROR_TEXT_CAP < 256
#error "FIMG_ERROR_TEXT_CAP is at least 256"
#endif

/*
 * 1: fimg_report tells what to do about a failure in plain English.
 * 0: it does not, and about 5 KB of flash are free.
 */
#ifndef FIMG_ADVICE
#define FIMG_ADVICE 1
#endif

/*
 * What the library can do beyond fetching an app's image with a given token.
 * 1: it can; 0: it cannot, and flash is free, about the bytes named.
 */
#ifndef FIMG_TOKENS
#define FIMG_TOKENS 1 /* fetches and renews tokens: 1400 */
#endif
#ifndef FIMG_MESSAGES
#define FIMG_MESSAGES 1 /* images and files of messages: 100 */
#endif
#ifndef FIMG_RESUME
#define FIMG_RESUME 1 /* goes on where an earlier download stopped: 700 */
#endif
#ifndef FIMG_SESSIONS
#define FIMG_SESSIONS 1 /* resumes TLS sessions: 400 */
#endif
#ifndef FIMG_PINS
#define FIMG_PINS 1 /* accepts certain public keys only: 300 */
#endif
#ifndef FIMG_PROXY
#define FIMG_PROXY 1 /* connects through an HTTP proxy: 500 */
#endif
#ifndef FIMG_LIMITER
#define FIMG_LIMITER 1 /* keeps to a share of the app's rate limits: 300 */
#endif

#endif
