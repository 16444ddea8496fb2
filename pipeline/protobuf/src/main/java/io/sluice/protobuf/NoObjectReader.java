package io.sluice.protobuf;

import io.sluice.convert.Converter;
import io.sluice.convert.Rejection;

/** A message where the contract wants a value that is none. */
final class NoObjectReader extends ValueReader {
  private final Converter to;

  NoObjectReader(Converter to) {
    this.to = to;
  }

  @Override
  boolean read(Wire in) throws Rejection {
    readDefault();
    return true;
  }

  @Override
  void readDefault() throws Rejection {
    to.object();
  }
}
