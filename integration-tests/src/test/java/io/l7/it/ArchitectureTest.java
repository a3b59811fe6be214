package io.l7.it;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows that ARCHITECTURE.md allows, and no others. */
@AnalyzeClasses(packages = "io.l7", importOptions = ArchitectureTest.ProgramAlone.class)
class ArchitectureTest {
  /** Leaves out the tests and the test kit, wherever a build puts them. */
  static final class ProgramAlone implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/test") && !location.contains("-tests.jar");
    }
  }

  private static ArchRule mayUse(String module, String... allowed) {
    var packages = new String[allowed.length + 2];
    packages[0] = "io.l7." + module + "..";
    packages[1] = "io.l7.common..";
    for (int i = 0; i < allowed.length; i++) packages[i + 2] = "io.l7." + allowed[i] + "..";
    return noClasses()
        .that()
        .resideInAPackage("io.l7." + module + "..")
        .should()
        .dependOnClassesThat(resideInAnyPackage("io.l7..").and(resideOutsideOfPackages(packages)))
        .because(
            module
                + " may use common"
                + (allowed.length == 0 ? "" : " and " + String.join(", ", allowed))
                + " alone");
  }

  @ArchTest static final ArchRule COMMON_KNOWS_NO_PROTOCOL = mayUse("common");
  @ArchTest static final ArchRule HTTP_STANDS_ON_COMMON = mayUse("http");
  @ArchTest static final ArchRule DNS_STANDS_ON_HTTP_FOR_DOH = mayUse("dns", "http");
  @ArchTest static final ArchRule SMTP_STANDS_ON_DNS_FOR_MX = mayUse("smtp", "dns");

  @ArchTest
  static final ArchRule BITTORRENT_STANDS_ON_HTTP_FOR_TRACKERS = mayUse("bittorrent", "http");

  @ArchTest static final ArchRule DASH_STANDS_ON_HTTP = mayUse("dash", "http");

  @ArchTest
  static final ArchRule THE_LAB_USES_THE_PROTOCOLS_AND_NOT_THE_COMMAND_LINE =
      mayUse("lab", "http", "dns", "smtp", "bittorrent", "dash");

  @ArchTest
  static final ArchRule NO_PACKAGES_FORM_A_CYCLE =
      slices().matching("io.l7.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule ONLY_THE_COMMAND_LINE_WRITES_TO_THE_CONSOLE =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.l7.cli..")
          .should(com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS);
}
