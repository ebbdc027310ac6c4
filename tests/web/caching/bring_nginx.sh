#!/usr/bin/env bash
# nginx of Debian or a child of it, unpacked into the folder that is named, with lists of its own: needs no root, and
# nothing is installed or begins to serve on this machine.
set -euo pipefail
folder=$(realpath -m "$1")
making="$folder.part"
rm -rf "$making"
mkdir -p "$making/apt/lists/partial" "$making/apt/archives/partial"
own=(-qq -o "Dir::State::Lists=$making/apt/lists" -o "Dir::Cache=$making/apt" -o "APT::Sandbox::User=$(id -un)")
apt-get "${own[@]}" update
cd "$making/apt"
for package in nginx nginx-light; do # the second holds the program before Debian 12
  apt-get "${own[@]}" download "$package"
  dpkg-deb -x "$package"_*.deb "$making"
  if [ -x "$making/usr/sbin/nginx" ]; then break; fi
done
"$making/usr/sbin/nginx" -v 2>/dev/null
rm -rf "$making/apt" "$folder"
mv "$making" "$folder"
