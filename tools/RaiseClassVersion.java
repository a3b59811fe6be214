import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Rewrites the classes of a jar that are older than Java 6 as classes of Java 21, with the frames a
 * verifier wants. The AOT cache takes no older ones: they would be read and verified at every start.
 */
final class RaiseClassVersion {
  private static final int FIRST_TO_KEEP = ClassFile.JAVA_6_VERSION;

  private RaiseClassVersion() {}

  public static void main(String[] jars) throws IOException {
    for (var jar : jars) {
      raise(Path.of(jar));
    }
  }

  private static void raise(Path jar) throws IOException {
    var raised = jar.resolveSibling(jar.getFileName() + ".raised");
    try (var loader = new URLClassLoader(new URL[] {jar.toUri().toURL()});
        var in = new JarFile(jar.toFile());
        var out = new ZipOutputStream(Files.newOutputStream(raised))) {
      var classFile =
          ClassFile.of(
              ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
              ClassFile.ClassHierarchyResolverOption.of(
                  ClassHierarchyResolver.ofClassLoading(loader)));
      for (var entry : in.stream().toList()) {
        var bytes = in.getInputStream(entry).readAllBytes();
        out.putNextEntry(new ZipEntry(entry.getName()));
        out.write(entry.getName().endsWith(".class") ? raised(classFile, bytes) : bytes);
        out.closeEntry();
      }
    }
    Files.move(raised, jar, StandardCopyOption.REPLACE_EXISTING);
  }

  private static byte[] raised(ClassFile classFile, byte[] bytes) {
    var model = classFile.parse(bytes);
    if (model.majorVersion() >= FIRST_TO_KEEP) {
      return bytes;
    }
    ClassTransform version =
        (builder, element) -> {
          if (element instanceof ClassFileVersion) {
            builder.withVersion(ClassFile.JAVA_21_VERSION, 0);
          } else {
            builder.with(element);
          }
        };
    // Code that passes unchanged keeps its lack of frames: it is written anew, instruction by
    // instruction.
    var code = ClassTransform.transformingMethodBodies((builder, element) -> builder.with(element));
    return classFile.transformClass(model, version.andThen(code));
  }
}
