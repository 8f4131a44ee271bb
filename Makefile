# feishu-image: fetch one image from a Feishu chat into memory you own.
# `make help` lists the targets. Output goes to build/ and nowhere else.

CC = gcc
AR = ar
OBJCOPY = objcopy
CFLAGS = -O2 -g
PREFIX = /usr/local
BEARSSL = -l:libbearssl.a
# extra preprocessor settings of src/fimg_config.h, such as -DFIMG_ADVICE=0
CONFIG =

VERSION := $(shell sed -n 's/^.define FIMG_VERSION "\(.*\)"/\1/p' src/fimg.h)
PYTHON = python3
O = build
override CFLAGS += -std=c99 -Wall -Wextra -Wpedantic -Wshadow -Wconversion \
    $(CONFIG) -Isrc -Iport/posix
HARDEN = -fPIE -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
HARDEN_LINK = -pie -Wl,-z,relro,-z,now -Wl,-z,noexecstack

LIB = fimg fimg_advice fimg_answer fimg_api fimg_attempt fimg_body \
    fimg_bundle fimg_chunk fimg_der fimg_error fimg_field fimg_head \
    fimg_limiter fimg_link fimg_proxy fimg_request fimg_resume fimg_retry \
    fimg_roots fimg_session fimg_text fimg_timer fimg_tls fimg_token \
    fimg_type fimg_x509
PORT = posix_dial posix_port posix_resolver posix_system
COMMAND = again cache_file cache_folder credentials download ending json \
    keys line loop main number options output pins progress proxy queue \
    sandbox sandbox_calls sandbox_files secret tell token_cache trust_file \
    url usage

# Some of BearSSL's work, quicker on x86-64; QUICK= leaves it out.
QUICK := $(if $(filter 1,$(shell echo __x86_64__ | $(CC) -E -P -x c -)), \
    chacha20 cpu ec field ghash rsa)
QUICK_FOR = $(if $(QUICK),br_aes_x86ni_ctr_get_vtable=quick_aes_get \
    br_chacha20_sse2_get=quick_chacha20_get br_ec_all_m31=quick_ec \
    br_ghash_pclmul_get=quick_ghash_get br_rsa_i62_public=quick_rsa_public)

LIB_OBJECTS = $(LIB:%=$(O)/src/%.o)
PORT_OBJECTS = $(PORT:%=$(O)/port/%.o)
COMMAND_OBJECTS = $(COMMAND:%=$(O)/port/%.o) $(QUICK:%=$(O)/port/quick_%.o)
HEADERS = $(wildcard src/*.h)

all: $(O)/libfeishu-image.a $(O)/feishu-image $(O)/feishu-image.1 ## the library, the command and its man page (default)

# --- building --------------------------------------------------------------

$(O)/stamp-packages:
	@mkdir -p $(O)
	@printf '#include <bearssl.h>\n#include <jsmn.h>\n' | \
	    $(CC) -E -x c - >/dev/null 2>&1 || { echo "make: missing packages:" \
	    "libbearssl-dev libjsmn-dev (apt-get install them, or run" \
	    "tests/setup.sh build)" >&2; exit 1; }
	@touch $@

$(O)/src/%.o: src/%.c | $(O)/stamp-packages
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

# the same, hardened as the command is: it needs what the library does without
$(O)/hard/%.o: src/%.c | $(O)/stamp-packages
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(HARDEN) -MMD -MP -c -o $@ $<

# Loops over the few words of a number are not to stay loops.
$(O)/port/quick_field.o: CFLAGS += -O3 -fno-tree-vectorize
$(O)/port/%.o: port/posix/%.c | $(O)/stamp-packages
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(HARDEN) -MMD -MP -c -o $@ $<

$(O)/libfeishu-image.a: $(LIB_OBJECTS)
	rm -f $@
	$(AR) rcs $@ $^
	@# the linker's own symbol, which compilers name but nothing refers to
	$(OBJCOPY) -N _GLOBAL_OFFSET_TABLE_ $@

$(O)/hard/libfeishu-image.a: $(LIB:%=$(O)/hard/%.o)
	rm -f $@
	$(AR) rcs $@ $^

$(O)/feishu-image: $(COMMAND_OBJECTS) $(PORT_OBJECTS) $(O)/hard/libfeishu-image.a
	$(CC) $(CFLAGS) $(HARDEN_LINK) $(LDFLAGS) \
	    $(QUICK_FOR:%=-Wl,--defsym=%) -o $@ $^ $(BEARSSL) -lpthread

tools: $(O)/make-anchors ## the host tool that turns PEM certificates into C

$(O)/make-anchors: $(wildcard port/tools/*.c port/tools/*.h src/fimg_anchors.h) | $(O)/stamp-packages
	$(CC) $(CFLAGS) -o $@ $(filter %.c,$^) $(BEARSSL)

$(O)/feishu-image.1: port/posix/feishu-image.1
	cp $< $@

-include $(LIB_OBJECTS:.o=.d) $(LIB:%=$(O)/hard/%.d) $(PORT_OBJECTS:.o=.d) $(COMMAND_OBJECTS:.o=.d)

# --- installing ------------------------------------------------------------

INCLUDE = $(DESTDIR)$(PREFIX)/include/feishu-image
LIBDIR = $(DESTDIR)$(PREFIX)/lib

install: all ## copies it under $(DESTDIR)$(PREFIX): command, man page, headers, library, pkg-config file
	install -d $(DESTDIR)$(PREFIX)/bin $(LIBDIR)/pkgconfig $(INCLUDE) \
	    $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 755 $(O)/feishu-image $(DESTDIR)$(PREFIX)/bin
	install -m 644 $(O)/feishu-image.1 $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 $(O)/libfeishu-image.a $(LIBDIR)
	install -m 644 $(HEADERS) $(INCLUDE)
	{ echo '/* fimg_config.h: the configuration this library was built with. */'; \
	  echo '#ifndef FIMG_CONFIG_H'; echo '#define FIMG_CONFIG_H'; \
	  for name in RECORD_MAX RECORD_CAP RECORD_LENT BUNDLE ERROR_TEXT_CAP ADVICE \
      TOKENS MESSAGES RESUME SESSIONS PINS PROXY LIMITER; do \
	    printf '#include "fimg_config.h"\nvalue FIMG_%s\n' $$name | \
	    $(CC) $(CFLAGS) -E -P -x c - | sed -n "s/^value /#define FIMG_$$name /p"; \
	  done; echo '#endif'; } > $(INCLUDE)/fimg_config.h
	printf '%s\n' 'prefix=$(PREFIX)' 'Name: feishu-image' \
	    'Description: fetch one image from a Feishu chat' \
	    'Version: $(VERSION)' 'Cflags: -I$${prefix}/include/feishu-image' \
	    'Libs: -L$${prefix}/lib -lfeishu-image -lbearssl' \
	    > $(LIBDIR)/pkgconfig/feishu-image.pc

# --- trying ----------------------------------------------------------------

demo: ## downloads and verifies a real image, from a stand-in for Feishu on this machine
	@tests/setup.sh build serve
	@$(MAKE) --no-print-directory -s all
	@KEY="$(KEY)" $(PYTHON) tests/standin/demo.py

serve: ## runs the stand-in for Feishu until interrupted, and prints how to use it
	@tests/setup.sh serve
	@$(PYTHON) tests/standin/standin.py serve

# --- testing ---------------------------------------------------------------

test: ## installs what is missing and runs everything that gates a change
	@tests/setup.sh build serve test size board sockets static differential \
	    proof $(ARCHS:%=cross-%)
	@$(PYTHON) tests/run.py full

check: ## the part of it that needs only compiler, BearSSL, jsmn, nginx, openssl and python3
	@tests/setup.sh build check
	@$(PYTHON) tests/run.py quick

differential: ## gives thousands of responses to the library, Node, h11 and curl, and compares
	@tests/setup.sh build check differential
	@$(MAKE) --no-print-directory -s $(O)/tests/differential/client
	@sh tests/session/pki.sh $(O)/pki
	@$(PYTHON) tests/differential/run.py $(O)/tests/differential/client $(O)/pki

coverage: ## counts the branches of src/ that the tests take: all of them, or it fails
	@tests/setup.sh build coverage
	@$(PYTHON) tests/coverage/coverage.py

prove: ## proves with Frama-C that no bytes and no cuts make a stage of src/ go wrong
	@tests/setup.sh build proof
	@$(PYTHON) tests/proof/prove.py

size: ## prints what the library takes of flash and RAM
	@tests/setup.sh build size
	@$(MAKE) --no-print-directory -s all
	@$(PYTHON) tests/size/size.py

bench: ## measures the command beside curl, wget and Node's SDK; draws build/bench.svg
	@tests/setup.sh build serve static size board bench
	@$(MAKE) --no-print-directory -s all
	@$(PYTHON) tests/cross/static.py x86-64 >/dev/null
	@$(PYTHON) tests/bench/bench.py

fleet: ## simulates fleets of 1 to 10 000 devices that share an app's rate limits, draws build/fleet.svg
	@tests/setup.sh build
	@$(MAKE) --no-print-directory -s $(O)/tests/fleet/fleet
	@$(O)/tests/fleet/fleet $(O)/fleet.svg

soak: ## 100 000 images over few connections, from a server that fails at random
	@tests/setup.sh build serve
	@$(MAKE) --no-print-directory -s all
	@$(PYTHON) tests/soak/run.py $(O)/feishu-image $(SOAK)

COUNT = 550

mutants: ## plants single faults in src/ (COUNT=550, or all) and sees whether the tests notice
	@tests/setup.sh build check
	@$(PYTHON) tests/mutants/mutants.py --count $(COUNT)

# --- other machines --------------------------------------------------------

BOARD = mps2-an385
ARCH = armhf
STATIC_ARCH = $(if $(filter command line,$(origin ARCH)),$(ARCH))
ARCHS = armhf aarch64 mipsel mips riscv64

board: ## firmware for BOARD=mps2-an385 (an500, an505, lm3s6965evb) under QEMU downloads an image
	@tests/setup.sh build serve size board
	@$(PYTHON) tests/boards/board.py $(BOARD)

cross: ## a static command for ARCH=armhf (aarch64, mipsel, mips, riscv64) downloads under qemu-user
	@tests/setup.sh build serve cross-$(ARCH)
	@$(PYTHON) tests/cross/cross.py $(ARCH)

static: ## a static musl command for this machine, or for ARCH=armhf or mipsel
	@tests/setup.sh build serve static $(STATIC_ARCH:%=cross-%)
	@$(PYTHON) tests/cross/static.py $(or $(STATIC_ARCH),x86-64)

# Test programs of one build variant; tests/run.py names the variants:
#     make programs O=build/asan CFLAGS="-g -O1 -fsanitize=address,undefined"
UNIT = $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/test_*.c))
SESSION = $(filter-out $(if $(findstring LENT,$(CONFIG)),,test_lent), \
    $(patsubst tests/session/%.c,%,$(wildcard tests/session/test_*.c)))
SUPPORT = $(patsubst %.c,$(O)/%.o,$(filter-out tests/session/test_%, \
    $(wildcard tests/session/*.c)))

programs: $(UNIT:%=$(O)/tests/unit/%) $(SESSION:%=$(O)/tests/session/%)

$(O)/tests/%.o: tests/%.c $(HEADERS) $(wildcard tests/*.h tests/*/*.h) | $(O)/stamp-packages
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -Itests -c -o $@ $<

$(O)/tests/unit/%: $(O)/tests/unit/%.o $(O)/libfeishu-image.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(BEARSSL)

$(O)/tests/session/%: $(O)/tests/session/%.o $(SUPPORT) $(O)/libfeishu-image.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(BEARSSL)

$(O)/tests/differential/client: $(O)/tests/differential/client.o $(SUPPORT) $(O)/libfeishu-image.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(BEARSSL)

SECRETS = $(patsubst %.c,$(O)/%.o,$(filter-out %/at_exit.c, \
    $(wildcard tests/secrets/*.c)))

$(O)/tests/secrets/secrets: $(SECRETS) $(SUPPORT) $(O)/libfeishu-image.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(BEARSSL)
# tests/bench measures and tests what is quicker; only the measuring program
# has it in the place of BearSSL's, as the command has.
QUICK_OBJECTS = $(QUICK:%=$(O)/port/quick_%.o)

$(O)/tests/bench/test_%: $(O)/tests/bench/test_%.o $(QUICK_OBJECTS)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(BEARSSL)

$(O)/tests/bench/handshake: $(O)/tests/bench/handshake.o $(QUICK_OBJECTS) $(PORT_OBJECTS) $(O)/libfeishu-image.a
	$(CC) $(CFLAGS) $(LDFLAGS) $(QUICK_FOR:%=-Wl,--defsym=%) -o $@ $^ \
	    $(BEARSSL) -lpthread

FLEET = $(patsubst %.c,$(O)/%.o,$(wildcard tests/fleet/*.c)) \
    $(O)/src/fimg_limiter.o $(O)/src/fimg_retry.o

$(O)/tests/fleet/fleet: $(FLEET)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lm

# Fuzz entries; RUNNER is what calls them, none where libFuzzer does
FUZZ = $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
RUNNER = $(O)/tests/fuzz/replay.o
FUZZ_SUPPORT = $(patsubst %.c,$(O)/%.o,$(filter-out tests/fuzz/fuzz_% \
    %/replay.c,$(wildcard tests/fuzz/*.c)))

fuzzers: $(FUZZ:%=$(O)/tests/fuzz/%)

$(O)/tests/fuzz/%: $(O)/tests/fuzz/fuzz_%.o $(FUZZ_SUPPORT) $(RUNNER) \
    $(SUPPORT) $(filter-out %/main.o,$(COMMAND_OBJECTS)) $(PORT_OBJECTS) \
    $(O)/libfeishu-image.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(BEARSSL) -lpthread

fuzz: ## looks for inputs that break a stage or a session, for TIME=300 seconds in all
	@tests/setup.sh build fuzz
	@$(PYTHON) tests/fuzz/fuzz.py run $(or $(TIME),300)

clean: ## removes build/
	rm -rf build

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1|\2/p' Makefile | \
	    awk -F'|' '{ printf "make %-8s %s\n", $$1, $$2 }'

.PHONY: all tools install demo serve test check coverage prove differential \
    fuzz fuzzers mutants soak size bench fleet board cross static programs \
    clean help
.SECONDARY:
