package io.sluice;

import java.time.ZoneId;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.beam.sdk.util.StringUtils;

/** What may be meant by a word that is not known, said the same everywhere. */
public final class Suggestions {
  private Suggestions() {}

  /**
   * The name that is next to what was written: a third of its letters and digits may be others.
   *
   * @return empty where none is so near
   */
  public static Optional<String> nearest(String written, Collection<String> names) {
    return names.stream()
        .filter(
            name ->
                3L * StringUtils.getLevenshteinDistance(written, name)
                    <= name.chars().filter(Character::isLetterOrDigit).count())
        .min(
            Comparator.<String>comparingInt(
                    name -> StringUtils.getLevenshteinDistance(written, name))
                .thenComparing(Comparator.naturalOrder()));
  }

  /**
   * What to say of a key that is not known.
   *
   * @param what has the key
   * @param known in the order in which they are named
   */
  public static String unknownKey(String key, String what, Collection<String> known) {
    return "unknown key '"
        + key
        + "' in "
        + what
        + nearest(key, known)
            .map(nearest -> "; did you mean " + nearest + "? Known are ")
            .orElse("; known are ")
        + String.join(", ", known);
  }

  /** What to say of a text that names no time zone. */
  public static String unknownZone(String text) {
    return "unknown zone '"
        + text
        + "'"
        + nearestZone(text)
            .map(zone -> "; did you mean " + zone + "?")
            .orElse(": a name as Europe/Berlin, or UTC");
  }

  /** What an abbreviation stands for, the zone of a city, or the one that was misspelt. */
  private static Optional<String> nearestZone(String text) {
    String abbreviated = ZoneId.SHORT_IDS.get(text.toUpperCase(Locale.ROOT));
    if (abbreviated != null) {
      return Optional.of(abbreviated);
    }
    String end = "/" + text.strip().replace(' ', '_').toLowerCase(Locale.ROOT);
    Set<String> zones = ZoneId.getAvailableZoneIds();
    Optional<String> city =
        zones.stream()
            .filter(zone -> ("/" + zone.toLowerCase(Locale.ROOT)).endsWith(end))
            .min(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()));
    return city.isPresent() ? city : nearest(text, zones);
  }
}
