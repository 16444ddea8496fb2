package io.sluice.decode;

/**
 * What a contract would say of a record's format.
 *
 * @param section what stands behind {@code format:}, as {@code json} or {@code {name: avro,
 *     framing: glue}}
 * @param isEnvelope whether another format says how it is written, which knows less of it
 */
public record Recognised(String section, boolean isEnvelope) {
  /**
   * A format by its name, with what stands before its records.
   *
   * @param isDefault whether the format takes that framing where its contract says none
   */
  public static Recognised framed(String name, String framing, boolean isDefault) {
    return new Recognised(
        isDefault ? name : "{name: " + name + ", framing: " + framing + "}", false);
  }
}
