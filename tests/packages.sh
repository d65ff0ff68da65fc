#!/usr/bin/env bash
# Debian packages that the tests need beside Python: installed when that is allowed, else named.
set -euo pipefail
missing=()
command -v chromium >/dev/null || missing+=(chromium)
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing+=(postgresql)
command -v pdftotext >/dev/null || missing+=(poppler-utils)
command -v qpdf >/dev/null || missing+=(qpdf)
command -v janus >/dev/null || missing+=(janus)
command -v turnserver >/dev/null || missing+=(coturn)
/usr/bin/python3 -c "import gi" 2>/dev/null && ls /usr/lib/*/gstreamer-1.0/libgstwebrtc.so /usr/lib/*/gstreamer-1.0/libgstnice.so /usr/lib/*/gstreamer-1.0/libgstvpx.so >/dev/null 2>&1 || \
  missing+=(python3-gi gir1.2-gst-plugins-bad-1.0 gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-nice)
command -v ip >/dev/null || missing+=(iproute2)
command -v unzip >/dev/null || missing+=(unzip)
command -v jq >/dev/null || missing+=(jq)
command -v xxd >/dev/null || missing+=(xxd)
command -v softhsm2-util >/dev/null || missing+=(softhsm2)
command -v cc >/dev/null || missing+=(gcc libc6-dev)
tesseract --list-langs 2>/dev/null | grep -qx vie || missing+=(tesseract-ocr tesseract-ocr-vie)
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
else
  echo "The tests need Debian packages. Run: sudo apt-get install --no-install-recommends ${missing[*]}" >&2
  exit 1
fi
