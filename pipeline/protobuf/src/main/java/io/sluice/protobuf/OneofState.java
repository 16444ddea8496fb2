package io.sluice.protobuf;

import org.jspecify.annotations.Nullable;

/** Which field of a oneof has come, in the message that is being read. */
final class OneofState {
  private long message;
  private @Nullable FieldPlan last;

  /**
   * @param message the number of the message that is being read
   */
  void set(FieldPlan field, long message) throws NotInOnePass {
    if (this.message == message && last != field) {
      // The field before is to be absent, and its value is already where it goes.
      throw NotInOnePass.INSTANCE;
    }
    this.message = message;
    last = field;
  }
}
