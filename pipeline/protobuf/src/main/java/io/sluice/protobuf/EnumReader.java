package io.sluice.protobuf;

import io.sluice.convert.Converter;
import io.sluice.convert.Rejection;
import java.nio.charset.StandardCharsets;

/** Reads enums by name. */
final class EnumReader extends ValueReader {
  private final EnumNames names;
  private final boolean isClosed;
  private final Converter to;

  /**
   * @param isClosed whether a number without a name is no value of the field; where it is one, its
   *     digits are the name
   */
  EnumReader(EnumNames names, boolean isClosed, Converter to) {
    this.names = names;
    this.isClosed = isClosed;
    this.to = to;
  }

  @Override
  boolean read(Wire in) throws Rejection {
    int number = (int) in.varint();
    byte[] name = names.name(number);
    if (name == null) {
      if (isClosed) {
        return false;
      }
      name = Integer.toString(number).getBytes(StandardCharsets.US_ASCII);
    }
    to.text(name, 0, name.length);
    return true;
  }

  @Override
  void readDefault() throws Rejection {
    byte[] name = names.name(names.first());
    if (name != null) {
      to.text(name, 0, name.length);
    }
  }
}
