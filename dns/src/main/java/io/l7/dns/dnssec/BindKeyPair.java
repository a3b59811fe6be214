package io.l7.dns.dnssec;

import io.l7.common.disk.Disk;
import io.l7.dns.message.Dnskey;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RecordText;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The pair of files that BIND, ldns and Knot keep a key in: {@code Kzone.+013+12345.key} and {@code
 * .private}.
 */
public final class BindKeyPair {
  private static final byte[] ED25519_PREFIX =
      HexFormat.of().parseHex("302e020100300506032b657004220420");
  private static final byte[] ED448_PREFIX =
      HexFormat.of().parseHex("3047020100300506032b6571043b0439");

  /** Octets of a key file read at most; the largest RSA key takes about 4 KiB. */
  private static final int MAX_FILE = 64 * 1024;

  private BindKeyPair() {}

  /** The file name without its ending. */
  public static String baseName(Name zone, Dnskey key) {
    return String.format(Locale.ROOT, "%s%03d+%05d", prefix(zone), key.algorithm(), key.keyTag());
  }

  /** As BIND has it: what a file system might take for more than a letter is {@code %} and hex. */
  static String prefix(Name zone) {
    var text = new StringBuilder("K");
    Name lower = zone.toLowerCase();
    for (int i = 0; i < lower.labels(); i++) {
      for (byte octet : lower.label(i)) {
        char c = (char) (octet & 0xff);
        boolean plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
        text.append(plain ? String.valueOf(c) : String.format(Locale.ROOT, "%%%02X", (int) c));
      }
      text.append('.');
    }
    return text.append(lower.isRoot() ? ".+" : "+").toString();
  }

  /**
   * Writes both files into {@code folder}, the private one readable by its owner alone; returns the
   * base name. Both are durable then: a zone is signed with the key next, and who lost it could not
   * change the zone any more.
   *
   * @throws java.nio.file.FileAlreadyExistsException when a key of this tag is there
   */
  public static String write(Path folder, Name zone, SigningKey key) throws IOException {
    return write(Disk.real(), folder, zone, key);
  }

  /** The private file comes last and whole: without it there is no key here. */
  static String write(Disk disk, Path folder, Name zone, SigningKey key) throws IOException {
    String base = baseName(zone, key.dnskey());
    Path secret = folder.resolve(base + ".private");
    if (Files.exists(secret)) {
      throw new FileAlreadyExistsException(secret.toString());
    }
    writePublic(disk, folder, zone, key);
    Path fresh = folder.resolve(base + ".private.new");
    writeSecret(disk, fresh, key);
    disk.move(fresh, secret);
    disk.syncDirectory(folder);
    return base;
  }

  static void writePublic(Disk disk, Path folder, Name zone, SigningKey key) throws IOException {
    disk.replace(
        folder.resolve(baseName(zone, key.dnskey()) + ".key"),
        publicText(zone, key.dnskey()).getBytes(StandardCharsets.US_ASCII));
  }

  /** The content is durable then, the name is not yet. */
  static void writeSecret(Disk disk, Path file, SigningKey key) throws IOException {
    Files.deleteIfExists(file);
    createForOwner(file);
    byte[] text = privateText(key).getBytes(StandardCharsets.US_ASCII);
    try (var open = disk.open(file, Disk.Open.WRITE)) {
      open.write(0, text, 0, text.length);
      open.force();
    }
  }

  private static void createForOwner(Path file) throws IOException {
    if (Files.getFileStore(file.toAbsolutePath().getParent()).supportsFileAttributeView("posix")) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } else {
      Files.createFile(file);
    }
  }

  /** Makes a key and its files; one whose tag no other key of the zone in the folder has. */
  public static SigningKey make(
      Path folder, Name zone, DnssecAlgorithm algorithm, SigningKey.Role role, SecureRandom random)
      throws IOException {
    SigningKey key = generate(folder, zone, algorithm, role, random);
    write(folder, zone, key);
    return key;
  }

  /** A key without files, whose tag no key of the zone in the folder has. */
  static SigningKey generate(
      Path folder,
      Name zone,
      DnssecAlgorithm algorithm,
      SigningKey.Role role,
      SecureRandom random) {
    while (true) {
      SigningKey key = SigningKey.generate(algorithm, role, random);
      String base = baseName(zone, key.dnskey());
      if (!Files.exists(folder.resolve(base + ".private"))
          && !Files.exists(folder.resolve(base + ".key"))) {
        return key;
      }
    }
  }

  private static String publicText(Name zone, Dnskey key) {
    String role = key.isSecureEntryPoint() ? "key" : "zone";
    return "; This is a "
        + role
        + "-signing key, keyid "
        + key.keyTag()
        + ", for "
        + zone
        + "\n"
        + zone
        + " IN DNSKEY "
        + RecordText.print(RRType.DNSKEY, key.rdata())
        + "\n";
  }

  private static String privateText(SigningKey key) {
    var out = new StringBuilder("Private-key-format: v1.3\nAlgorithm: ");
    out.append(key.algorithm().number())
        .append(" (")
        .append(key.algorithm().mnemonic())
        .append(")\n");
    switch (key.secret()) {
      case RSAPrivateCrtKey rsa -> {
        field(out, "Modulus", signless(rsa.getModulus()));
        field(out, "PublicExponent", signless(rsa.getPublicExponent()));
        field(out, "PrivateExponent", signless(rsa.getPrivateExponent()));
        field(out, "Prime1", signless(rsa.getPrimeP()));
        field(out, "Prime2", signless(rsa.getPrimeQ()));
        field(out, "Exponent1", signless(rsa.getPrimeExponentP()));
        field(out, "Exponent2", signless(rsa.getPrimeExponentQ()));
        field(out, "Coefficient", signless(rsa.getCrtCoefficient()));
      }
      case ECPrivateKey ec ->
          field(
              out,
              "PrivateKey",
              PublicKeys.unsigned(ec.getS(), key.dnskey().publicKey().length / 2));
      default -> {
        byte[] encoded = key.secret().getEncoded();
        int size = key.dnskey().publicKey().length;
        field(
            out, "PrivateKey", Arrays.copyOfRange(encoded, encoded.length - size, encoded.length));
      }
    }
    return out.toString();
  }

  private static void field(StringBuilder out, String name, byte[] value) {
    out.append(name).append(": ").append(Base64.getEncoder().encodeToString(value)).append('\n');
  }

  private static byte[] signless(BigInteger number) {
    return PublicKeys.unsigned(number, (number.bitLength() + 7) / 8);
  }

  /**
   * Reads every pair of a zone in a folder, ordered by file name.
   *
   * @throws IOException when a file cannot be read or is not a key; the message names the file
   */
  public static List<SigningKey> readAll(Path folder, Name zone) throws IOException {
    var keys = new ArrayList<SigningKey>();
    var files = new ArrayList<Path>();
    try (var found = Files.newDirectoryStream(folder, "K*.private")) {
      found.forEach(files::add);
    }
    files.sort(null);
    String prefix = prefix(zone);
    for (Path secret : files) {
      if (secret.getFileName().toString().startsWith(prefix)) {
        keys.add(read(secret));
      }
    }
    return List.copyOf(keys);
  }

  /** Reads a pair by its {@code .private} file; the {@code .key} file must lie beside it. */
  public static SigningKey read(Path secretFile) throws IOException {
    String name = secretFile.getFileName().toString();
    Path publicFile =
        secretFile.resolveSibling(name.substring(0, name.length() - ".private".length()) + ".key");
    try {
      var dnskey = parsePublic(text(publicFile));
      var algorithm =
          DnssecAlgorithm.of(dnskey.algorithm())
              .orElseThrow(
                  () -> new IllegalArgumentException("unknown algorithm " + dnskey.algorithm()));
      return new SigningKey(algorithm, dnskey, secret(algorithm, dnskey, fields(text(secretFile))));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException(secretFile + ": not a key pair: " + e.getMessage(), e);
    }
  }

  private static String text(Path file) throws IOException {
    if (Files.size(file) > MAX_FILE) {
      throw new IOException(file + ": too large for a key file");
    }
    return Files.readString(file, StandardCharsets.US_ASCII);
  }

  private static Dnskey parsePublic(String text) {
    for (String line : text.lines().toList()) {
      List<String> words =
          Arrays.asList(
              line.replaceAll(";.*", "").replace("(", " ").replace(")", " ").strip().split("\\s+"));
      int at = words.indexOf("DNSKEY");
      if (at < 0 || words.size() < at + 5) {
        continue;
      }
      String data = String.join(" ", words.subList(at + 1, words.size()));
      return new Dnskey(RecordText.parse(RRType.DNSKEY, data, Name.ROOT));
    }
    throw new IllegalArgumentException("no DNSKEY record in the .key file");
  }

  private static Map<String, String> fields(String text) {
    var fields = new HashMap<String, String>();
    for (String line : text.lines().toList()) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        fields.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
      }
    }
    return fields;
  }

  private static PrivateKey secret(
      DnssecAlgorithm algorithm, Dnskey dnskey, Map<String, String> fields)
      throws GeneralSecurityException {
    return switch (algorithm) {
      case ECDSAP256SHA256 -> ec("secp256r1", fields);
      case ECDSAP384SHA384 -> ec("secp384r1", fields);
      case ED25519 -> edwards("Ed25519", ED25519_PREFIX, 32, fields);
      case ED448 -> edwards("Ed448", ED448_PREFIX, 57, fields);
      case RSASHA1, RSASHA1_NSEC3_SHA1, RSASHA256, RSASHA512 -> rsa(fields);
      case DSA, DSA_NSEC3_SHA1 -> throw new IllegalArgumentException("no signing with " + dnskey);
    };
  }

  private static PrivateKey ec(String curve, Map<String, String> fields)
      throws GeneralSecurityException {
    var s = new BigInteger(1, bytes(fields, "PrivateKey"));
    return KeyFactory.getInstance("EC")
        .generatePrivate(new ECPrivateKeySpec(s, PublicKeys.curve(curve)));
  }

  private static PrivateKey edwards(
      String name, byte[] prefix, int size, Map<String, String> fields)
      throws GeneralSecurityException {
    byte[] seed = bytes(fields, "PrivateKey");
    if (seed.length != size) {
      throw new IllegalArgumentException("PrivateKey has " + seed.length + " octets, not " + size);
    }
    byte[] encoded = Arrays.copyOf(prefix, prefix.length + size);
    System.arraycopy(seed, 0, encoded, prefix.length, size);
    return KeyFactory.getInstance(name).generatePrivate(new PKCS8EncodedKeySpec(encoded));
  }

  private static PrivateKey rsa(Map<String, String> fields) throws GeneralSecurityException {
    return KeyFactory.getInstance("RSA")
        .generatePrivate(
            new RSAPrivateCrtKeySpec(
                number(fields, "Modulus"),
                number(fields, "PublicExponent"),
                number(fields, "PrivateExponent"),
                number(fields, "Prime1"),
                number(fields, "Prime2"),
                number(fields, "Exponent1"),
                number(fields, "Exponent2"),
                number(fields, "Coefficient")));
  }

  private static BigInteger number(Map<String, String> fields, String name) {
    return new BigInteger(1, bytes(fields, name));
  }

  private static byte[] bytes(Map<String, String> fields, String name) {
    String value = fields.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no " + name + " field");
    }
    return Base64.getDecoder().decode(value);
  }
}
