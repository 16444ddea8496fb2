package io.sluice.protobuf;

import io.sluice.convert.Rejection;

/** Reads {@code google.protobuf.StringValue} and its like: the value that is wrapped. */
final class WrapperReader extends ValueReader {
  private static final int VALUE = 1;

  private final ValueReader value;
  private final int tag;
  private final int group;

  /**
   * @param wireType of the value
   * @param group as {@link Wire#enter} has it
   */
  WrapperReader(ValueReader value, int wireType, int group) {
    this.value = value;
    this.group = group;
    this.tag = Wire.tag(VALUE, wireType);
  }

  @Override
  boolean read(Wire in) throws Rejection, NotInOnePass {
    int outer = in.enter(group);
    int last = -1;
    while (in.hasMore()) {
      int next = in.tag();
      last = next == tag ? in.at() : last;
      in.skip(next);
    }
    if (last < 0) {
      value.readDefault();
    } else {
      in.at(last);
      value.read(in);
    }
    in.leave(group, outer);
    return true;
  }

  @Override
  void readDefault() throws Rejection, NotInOnePass {
    value.readDefault();
  }
}
