package io.sluice.protobuf;

import com.google.protobuf.Descriptors.FieldDescriptor;
import io.sluice.convert.Rejection;
import io.sluice.deadletter.Reason;
import org.jspecify.annotations.Nullable;

/** What to do with a field of a message. */
abstract class FieldPlan {
  /** No field has this tag. */
  private static final int NONE = 0;

  final String name;
  final int number;

  /** With what each value begins. */
  final int tag;

  /** With what values of a list begin that are packed into one. */
  final int packedTag;

  private final boolean isRequired;

  /** Has the numbers that are values of the field, where others are none; else null. */
  private final @Nullable EnumNames closed;

  final @Nullable OneofState oneof;

  /** The message in which it came last; 0 before all. */
  private long seen;

  /**
   * @param oneof of which it is a member
   */
  FieldPlan(FieldDescriptor field, @Nullable EnumNames closed, @Nullable OneofState oneof) {
    this.name = field.getName();
    this.number = field.getNumber();
    this.tag = Wire.tag(number, field.getLiteType().getWireType());
    this.packedTag = field.isPackable() ? Wire.tag(number, Wire.LENGTH) : NONE;
    this.isRequired = field.isRequired();
    this.closed = closed;
    this.oneof = oneof;
  }

  final boolean isBegunBy(int tag) {
    return tag == this.tag || tag == packedTag;
  }

  /** Whether what follows the tag is a value of the field, and no number that its enum lacks. */
  final boolean isValue(Wire in) throws Rejection {
    if (closed == null) {
      return true;
    }
    int before = in.at();
    int number = (int) in.varint();
    in.at(before);
    return closed.name(number) != null;
  }

  final boolean isSeen(long message) {
    return seen == message;
  }

  final void setSeen(long message) throws NotInOnePass {
    seen = message;
    if (oneof != null) {
      oneof.set(this, message);
    }
  }

  /**
   * Reads what follows a tag that begins it and is a value of it.
   *
   * @param again whether it has come before in this message
   */
  abstract void read(Wire in, int tag, boolean again) throws Rejection, NotInOnePass;

  /** Whether {@link #absent} has something to do. */
  boolean isMissed() {
    return isRequired;
  }

  /** It has not come in a message that is over. */
  void absent() throws Rejection, NotInOnePass {
    if (isRequired) {
      throw new Rejection(
          Reason.MISSING_FIELD, "", "its message's type requires it, and it is absent");
    }
  }

  /** Keeps what comes of it in a message, to write it as one pass can read it. */
  abstract Normalizer.Kept kept();
}
