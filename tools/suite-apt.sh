# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Sourced by tools/fetch-* and tools/build-*: packages of any Debian suite and their sources, fetched and unpacked without touching the system. apt runs with a
# state of its own, with this host's mirror and keys. Needed from the caller: $work, a folder of its own, and say().
work=${work-}

# The first source of the host's own distribution, as a deb822 stanza without its suites: where from, and which keys.
host_source() {
    codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
    for file in /etc/apt/sources.list.d/*.sources; do
        [ ! -r "$file" ] || { cat "$file"; echo; }
    done | awk -v name="$codename" '
        function stanza() {
            if (types ~ / deb / && suites ~ " " name " " && parts ~ / main / && enabled !~ /^ *(no|false|0)/ && !done) {
                printf "%s", kept
                done = 1
            }
            kept = types = suites = parts = enabled = field = ""
        }
        /^#/ { next }
        /^[ \t]*$/ { stanza(); next }
        /^[^ \t]/ { field = tolower(substr($0, 1, index($0, ":") - 1)); value = substr($0, index($0, ":") + 1) " " }
        /^[ \t]/ { value = $0 " " }
        field == "types" { types = types " " value }
        field == "suites" { suites = suites " " value }
        field == "components" { parts = parts " " value }
        field == "enabled" { enabled = value }
        field == "uris" || field == "signed-by" || field == "trusted" { kept = kept $0 "\n" }
        END { stanza() }' >"$work/source"
    [ ! -s "$work/source" ] || return 0
    cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null | awk -v name="$codename" '
        $1 != "deb" { next }
        {
            options = ""
            if (match($0, /\[[^]]*\]/)) {
                options = substr($0, RSTART + 1, RLENGTH - 2)
                $0 = substr($0, 1, RSTART - 1) substr($0, RSTART + RLENGTH)
            }
            if ($3 != name || $0 !~ / main( |$)/) next
            print "URIs: " $2
            count = split(options, option, " ")
            for (i = 1; i <= count; i++)
                if (sub(/^signed-by=/, "", option[i])) print "Signed-By: " option[i]
            exit
        }' >"$work/source"
    [ -s "$work/source" ]
}

# suite_apt SUITE WORDS...: apt-get that knows this suite only, and of no installed package
suite_apt() {
    state=$work/$1
    shift
    timeout --foreground 900 apt-get -c "$state/apt.conf" "$@" >"$state/log" 2>&1 </dev/null
}

why() { grep -m 1 '^E:' "$work/$1/log" || echo "apt ended without a reason, or took too long"; }

# Valid-Until: the newest Release file of a moving suite may be past it, by this clock or by a mirror that lags.
# The hooks that a host has for after an update are of no use here.
prepare() {
    state=$work/$1
    mkdir -p "$state/lists/partial" "$state/cache/archives/partial" "$state/none" "$state/debs"
    : >"$state/status"
    { echo "Types: deb"; cat "$work/source"; echo "Suites: $1"; echo "Components: main"; } >"$state/apt.sources"
    cat >"$state/apt.conf" <<END
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
Dir::State "$state";
Dir::State::status "$state/status";
Dir::State::lists "$state/lists";
Dir::Cache "$state/cache";
Dir::Etc::sourcelist "$state/apt.sources";
Dir::Etc::sourceparts "$state/none";
Dir::Etc::preferences "$state/none/none";
Dir::Etc::preferencesparts "$state/none";
Dir::Log "$state";
APT::Sandbox::User "$(id -un)";
APT::Update::Error-Mode "any";
Acquire::Check-Valid-Until "false";
Acquire::Languages "none";
Acquire::Retries "2";
END
}

# sources SUITE PACKAGES...: their original sources, each unpacked to $work/PACKAGE
sources() {
    suite=$1
    shift
    prepare "$suite"
    sed -i 's/^Types: deb$/Types: deb-src/' "$work/$suite/apt.sources"
    if ! suite_apt "$suite" update || ! (cd "$work/$suite/debs" && suite_apt "$suite" --download-only source "$@"); then
        say "the sources of $* of $suite cannot be had: $(why "$suite")"
        return 1
    fi
    for package in "$@"; do
        mkdir -p "$work/$package"
        for archive in "$work/$suite/debs/$package"_*.orig.tar.*[2z]; do
            tar -x -C "$work/$package" --strip-components=1 -f "$archive" || return 1
        done
    done
}

# unpack DEBS ROOT OPTIONS...: OPTIONS for tar say what to leave out. Directories that are links in a system whose /usr is
# merged are links here before anything is unpacked, for packages that still have files there.
unpack() {
    debs=$1 root=$2
    shift 2
    mkdir -p "$root"
    for name in bin sbin lib lib64; do
        mkdir -p "$root/usr/$name"
        ln -s "usr/$name" "$root/$name"
    done
    for deb in "$debs"/*.deb; do
        dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$root" --no-same-owner --keep-directory-symlink "$@" || return 1
    done
}
