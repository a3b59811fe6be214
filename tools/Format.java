import com.google.googlejavaformat.java.Main;

/** Checks (or, with {@code write}, rewrites) the formatting of every Java source below the current folder. */
void main(String[] args) throws Exception {
  var write = args[0].equals("write");
  var arguments = new ArrayList<>(write ? List.of("--replace") : List.of("--dry-run", "--set-exit-if-changed"));
  try (var paths = Files.walk(Path.of("."))) {
    paths
        .map(Path::toString)
        .filter(p -> p.endsWith(".java") && p.contains("/src/") && !p.contains("/target/"))
        .sorted()
        .forEach(arguments::add);
  }
  var out = new PrintWriter(System.out, true);
  var err = new PrintWriter(System.err, true);
  int status = new Main(out, err, System.in).format(arguments.toArray(String[]::new));
  if (status != 0) System.err.println("not formatted: mvn -N process-sources -Dformat=write");
  System.exit(status);
}
