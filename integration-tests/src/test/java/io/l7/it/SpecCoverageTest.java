package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Writes docs/spec-coverage.md from the {@code @Spec} citations of all tests. It runs in the same
 * build as they do, and a build with a failing test does not end well: what is listed has passed.
 */
class SpecCoverageTest {
  private static final Pattern ANNOTATION =
      Pattern.compile("@Spec\\(\\s*(\\{[^}]*}|\"[^\"]*\")\\s*\\)");
  private static final Pattern TEXT = Pattern.compile("\"([^\"]*)\"");
  private static final Pattern DECLARATION = Pattern.compile("(?:void|class)\\s+(\\w+)");

  /** The one spelling: document, then § and a section where the document has them. */
  private static final Pattern CITATION =
      Pattern.compile("((?:RFC|BEP) \\d+|ISO/IEC \\d+(?:-\\d+)?|[A-Za-z][\\w.-]*)(?: (§[\\w.]+))?");

  private record Proof(String section, String test, Path file) {}

  @Test
  void everySectionThatATestProvesIsListed() throws IOException {
    var root = Project.root();
    var byDocument =
        new TreeMap<String, Set<Proof>>(Comparator.comparing(SpecCoverageTest::sortable));
    try (var files = Files.walk(root)) {
      for (var file : files.filter(SpecCoverageTest::isTest).sorted().toList())
        collect(root, file, byDocument);
    }
    assertThat(byDocument).containsKeys("RFC 5321", "RFC 9112");
    var page = page(byDocument);
    var target = root.resolve("docs/spec-coverage.md");
    Files.createDirectories(target.getParent());
    if (!Files.exists(target) || !Files.readString(target).equals(page))
      Files.writeString(target, page);
  }

  private static boolean isTest(Path file) {
    var path = file.toString();
    return path.endsWith(".java") && path.contains("/src/test/java/") && !path.contains("/target/");
  }

  private static void collect(Path root, Path file, Map<String, Set<Proof>> byDocument)
      throws IOException {
    var source = Files.readString(file);
    var found = ANNOTATION.matcher(source);
    while (found.find()) {
      var declared = DECLARATION.matcher(source);
      var test = declared.find(found.end()) ? declared.group(1) : "?";
      var texts = TEXT.matcher(found.group(1));
      while (texts.find()) {
        var citation = CITATION.matcher(texts.group(1));
        assertThat(citation.matches())
            .as("citation '%s' in %s", texts.group(1), root.relativize(file))
            .isTrue();
        var section = citation.group(2) == null ? "" : citation.group(2);
        byDocument
            .computeIfAbsent(
                citation.group(1),
                d ->
                    new TreeSet<>(
                        Comparator.comparing((Proof p) -> sortable(p.section))
                            .thenComparing(Proof::test)
                            .thenComparing(Proof::file)))
            .add(new Proof(section, test, root.relativize(file)));
      }
    }
  }

  /** Numbers in a text sort as numbers. */
  private static String sortable(String text) {
    return Pattern.compile("\\d+")
        .matcher(text)
        .replaceAll(n -> String.format("%06d", Long.parseLong(n.group())));
  }

  private static String page(Map<String, Set<Proof>> byDocument) {
    var page = new StringBuilder();
    page.append("# What the tests prove\n\n");
    page.append(
        "Written by the build from the `@Spec` citations of its tests; `mvn verify` rewrites"
            + " it.\n");
    byDocument.forEach(
        (document, proofs) -> {
          page.append("\n## ").append(document).append("\n\n| section | test |\n| --- | --- |\n");
          for (var proof : List.copyOf(proofs)) {
            var name = proof.file.getFileName().toString().replace(".java", "");
            page.append("| ")
                .append(proof.section)
                .append(" | [")
                .append(name)
                .append('.')
                .append(proof.test);
            page.append("](../").append(proof.file.toString().replace('\\', '/')).append(") |\n");
          }
        });
    return page.toString();
  }
}
