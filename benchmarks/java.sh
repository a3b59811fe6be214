# What runs of our classes on a core of their own have in common. Sourced from the project's root: sets JAVA_CP (a class path to run
# from instead of the launcher's, where it is named), home (of the JDK), work (a folder that goes) and ticks, and ends every process in pids.
if [ -z "${JAVA_CP:-}" ]; then
  ./l7 --version >/dev/null
  read -r JAVA_CP <cli/target/l7.classpath
fi
for home in "${L7_JAVA_HOME:-}" "${JAVA_HOME:-}" /usr/lib/jvm/*; do
  grep -qsE '^JAVA_VERSION="(2[5-9]|[3-9][0-9])' "$home/release" && break
done
work=$(mktemp -d)
pids=()
trap 'for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done; wait 2>/dev/null || true; rm -rf "$work"' EXIT
ticks=$(getconf CLK_TCK)
