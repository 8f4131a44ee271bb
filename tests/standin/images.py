"""The images that the stand-in serves: real files, made at run time.

`make(folder)` returns a dict from image key to path. A file is called by its
key with the ending that the feishu-image command gives that type. Keys look
like Feishu's, `img_v3_<number>_<name>`, and the number of a name is fixed:

  png-tiny jpeg-small png-small webp-small gif-small bmp-small tiff-small
  ico-small                     up to about 10 KB
  png-20k png-300k jpeg-300k webp-300k png-1m
  png-10m                       one byte below 10 MiB
  png-limit png-over            exactly 10 MiB, and one byte more
  png-16383 png-16384 png-16385 around the size of a TLS record
  heic-small jpeg-photo webp-photo
                                only where Debian's ImageMagick is installed
                                and can: the same by somebody else's encoder

PNG sizes are exact; the others are near what they say.
"""

import os
import pathlib
import shutil
import subprocess

import cache
import encoders

MAGICK = "convert-im6.q16"
LIMIT = 10 * 1024 * 1024
CACHE_S = 30 * 86400

# name: (ending, function that gives the bytes)
MADE_HERE = {
    "png-tiny": ("png", lambda: encoders.png(100)),
    "jpeg-small": ("jpg", lambda: encoders.jpeg(24, 20)),
    "png-small": ("png", lambda: encoders.png(10240)),
    "webp-small": ("webp", lambda: encoders.webp(56)),
    "gif-small": ("gif", lambda: encoders.gif(96)),
    "bmp-small": ("bmp", lambda: encoders.bmp(57)),
    "tiff-small": ("tiff", lambda: encoders.tiff(58)),
    "ico-small": ("ico", lambda: encoders.ico(48)),
    "png-20k": ("png", lambda: encoders.png(20480)),
    "png-300k": ("png", lambda: encoders.png(307200)),
    "jpeg-300k": ("jpg", lambda: encoders.jpeg(128, 134)),
    "webp-300k": ("webp", lambda: encoders.webp(320)),
    "png-1m": ("png", lambda: encoders.png(1048576)),
    "png-10m": ("png", lambda: encoders.png(LIMIT - 1)),
    "png-limit": ("png", lambda: encoders.png(LIMIT)),
    "png-over": ("png", lambda: encoders.png(LIMIT + 1)),
    "png-16383": ("png", lambda: encoders.png(16383)),
    "png-16384": ("png", lambda: encoders.png(16384)),
    "png-16385": ("png", lambda: encoders.png(16385)),
}

# name: (ending, the image it is made from)
MADE_BY_MAGICK = {
    "heic-small": ("heic", "jpeg-small"),
    "jpeg-photo": ("jpg", "jpeg-300k"),
    "webp-photo": ("webp", "jpeg-300k"),
}

MEDIA_TYPES = {
    "png": "image/png", "jpg": "image/jpeg", "gif": "image/gif",
    "webp": "image/webp", "bmp": "image/bmp", "tiff": "image/tiff",
    "ico": "image/x-icon", "heic": "image/heic",
}

KEYS = {name: f"img_v3_{number:04}_{name}"
        for number, name in enumerate([*MADE_HERE, *MADE_BY_MAGICK], 1)}


def make(folder):
    """Make the images below `folder`, or find them there: key -> path."""
    recipe = cache.recipe_of(__file__, encoders.__file__,
                             extra=str(shutil.which(MAGICK)))
    made = cache.generation(folder, recipe, CACHE_S, _build)
    return {path.stem: path for path in sorted(made.iterdir())}


def media_type(path):
    """What Content-Type an image file deserves."""
    return MEDIA_TYPES[pathlib.Path(path).suffix[1:]]


def _build(folder):
    paths = {}
    for name, (ending, encode) in MADE_HERE.items():
        paths[name] = folder / f"{KEYS[name]}.{ending}"
        paths[name].write_bytes(encode())
    if shutil.which(MAGICK):
        for name, (ending, source) in MADE_BY_MAGICK.items():
            _convert(paths[source], folder / f"{KEYS[name]}.{ending}")


def _convert(source, target):
    """Have ImageMagick write `target`; without it if the codec is missing."""
    done = subprocess.run(
        [MAGICK, source, target], stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, "MAGICK_TEMPORARY_PATH": str(source.parent)})
    if done.returncode or not target.exists() or not target.stat().st_size:
        target.unlink(missing_ok=True)
