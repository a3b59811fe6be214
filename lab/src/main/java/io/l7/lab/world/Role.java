package io.l7.lab.world;

import java.util.Locale;

/** What a host of the lab is there for; the map draws it by this. */
public enum Role {
  ROOT,
  TLD,
  AUTHORITY,
  RESOLVER,
  MAIL,
  WEB,
  ORIGIN,
  EDGE,
  TRACKER,
  PEER,
  CLIENT;

  /** The name that the dashboard knows. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
