package io.sluice.protobuf;

import io.sluice.convert.Converter;
import io.sluice.convert.Fields;
import io.sluice.convert.Rejection;

/** Reads a message within a message. */
final class MessageReader extends ValueReader {
  private final MessagePlan plan;
  private final Converter to;
  private final int group;

  /**
   * @param group the field's number where the message is written as a group, else 0
   */
  MessageReader(MessagePlan plan, Converter to, int group) {
    this.plan = plan;
    this.to = to;
    this.group = group;
  }

  @Override
  boolean read(Wire in) throws Rejection, NotInOnePass {
    int outer = in.enter(group);
    Fields fields = to.object();
    plan.read(in);
    fields.end();
    in.leave(group, outer);
    return true;
  }

  @Override
  void readDefault() throws Rejection, NotInOnePass {
    Fields fields = to.object();
    plan.read(new Wire(1));
    fields.end();
  }
}
