package io.l7.dash.bmff;

import java.util.List;
import java.util.Locale;

/** The RFC 6381 {@code codecs} value of a sample entry, from its configuration box. */
final class Codecs {
  private Codecs() {}

  static String name(String format, List<Box> inside) throws BmffException {
    for (Box box : inside) {
      Box config = box.fresh();
      switch (box.type()) {
        case "avcC" -> {
          config.skip(1);
          return "%s.%02x%02x%02x".formatted(format, config.u8(), config.u8(), config.u8());
        }
        case "hvcC" -> {
          return hevc(format, config);
        }
        case "av1C" -> {
          return av1(config);
        }
        case "vpcC" -> {
          return vp9(format, config);
        }
        case "esds" -> {
          return aac(config);
        }
        case "dOps" -> {
          return "opus";
        }
        case "dfLa" -> {
          return "flac";
        }
        default -> {}
      }
    }
    return format;
  }

  /** ISO/IEC 14496-15 Annex E.3. */
  private static String hevc(String format, Box config) throws BmffException {
    config.skip(1);
    int profile = config.u8();
    int compatibility = Integer.reverse(config.s32());
    byte[] constraints = config.bytes(6);
    int level = config.u8();
    var text = new StringBuilder(format).append('.');
    int space = profile >> 6;
    if (space > 0) {
      text.append((char) ('A' + space - 1));
    }
    text.append(profile & 31).append('.').append(Integer.toHexString(compatibility));
    text.append('.').append((profile & 32) == 0 ? 'L' : 'H').append(level);
    int last = 5;
    while (last >= 0 && constraints[last] == 0) {
      last--;
    }
    for (int i = 0; i <= last; i++) {
      text.append('.').append(Integer.toHexString(constraints[i] & 0xff).toUpperCase(Locale.ROOT));
    }
    return text.toString();
  }

  /** AV1 in ISOBMFF §5. */
  private static String av1(Box config) throws BmffException {
    config.skip(1);
    int profileLevel = config.u8();
    int flags = config.u8();
    boolean high = (flags & 0x40) != 0;
    boolean twelve = (flags & 0x20) != 0;
    int depth = high ? (twelve ? 12 : 10) : 8;
    return String.format(
        Locale.ROOT,
        "av01.%d.%02d%s.%02d",
        profileLevel >> 5,
        profileLevel & 31,
        (flags & 0x80) == 0 ? "M" : "H",
        depth);
  }

  /** VP Codec ISO Media File Format Binding §Codecs Parameter String. */
  private static String vp9(String format, Box config) throws BmffException {
    config.skip(4);
    int profile = config.u8();
    int level = config.u8();
    int depth = config.u8() >> 4;
    return String.format(Locale.ROOT, "%s.%02d.%02d.%02d", format, profile, level, depth);
  }

  /** ISO/IEC 14496-1 §7.2.6.5: descriptors ES, DecoderConfig, DecoderSpecificInfo. */
  private static String aac(Box config) throws BmffException {
    config.skip(4);
    if (descriptor(config) != 3) {
      throw config.error("esds does not begin with an ES descriptor");
    }
    config.skip(2);
    int flags = config.u8();
    config.skip((flags & 0x80) != 0 ? 2 : 0);
    if ((flags & 0x40) != 0) {
      config.skip(config.u8());
    }
    config.skip((flags & 0x20) != 0 ? 2 : 0);
    if (descriptor(config) != 4) {
      throw config.error("esds has no decoder configuration");
    }
    int object = config.u8();
    config.skip(12);
    if (object != 0x40) {
      return "mp4a.%02x".formatted(object);
    }
    if (config.remaining() < 4 || descriptor(config) != 5) {
      return "mp4a.40.2";
    }
    int first = config.u8();
    int type = first >> 3;
    if (type == 31) {
      type = 32 + ((first & 7) << 3 | config.u8() >> 5);
    }
    return "mp4a.40." + type;
  }

  private static int descriptor(Box config) throws BmffException {
    int tag = config.u8();
    for (int i = 0; i < 4; i++) {
      if ((config.u8() & 0x80) == 0) {
        break;
      }
    }
    return tag;
  }
}
