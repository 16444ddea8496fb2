package io.sluice.protobuf;

import com.google.protobuf.Descriptors.FieldDescriptor;
import io.sluice.convert.Rejection;
import org.jspecify.annotations.Nullable;

/** A single value that is no message: of several that come the last one holds. */
final class ValueField extends FieldPlan {
  private final ValueReader value;
  private final boolean hasPresence;

  ValueField(
      FieldDescriptor field,
      @Nullable EnumNames closed,
      @Nullable OneofState oneof,
      ValueReader value) {
    super(field, closed, oneof);
    this.value = value;
    this.hasPresence = field.hasPresence();
  }

  @Override
  void read(Wire in, int tag, boolean again) throws Rejection, NotInOnePass {
    value.read(in);
  }

  @Override
  boolean isMissed() {
    return !hasPresence || super.isMissed();
  }

  @Override
  void absent() throws Rejection, NotInOnePass {
    super.absent();
    if (!hasPresence) {
      value.readDefault();
    }
  }

  @Override
  Normalizer.Kept kept() {
    return new Normalizer.Last();
  }
}
