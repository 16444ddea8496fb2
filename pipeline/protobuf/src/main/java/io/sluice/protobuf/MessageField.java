package io.sluice.protobuf;

import com.google.protobuf.Descriptors.FieldDescriptor;
import io.sluice.convert.Rejection;
import org.jspecify.annotations.Nullable;

/** A single message: of several that come each adds to the ones before. */
final class MessageField extends FieldPlan {
  private final ValueReader value;

  MessageField(FieldDescriptor field, @Nullable OneofState oneof, ValueReader value) {
    super(field, null, oneof);
    this.value = value;
  }

  @Override
  void read(Wire in, int tag, boolean again) throws Rejection, NotInOnePass {
    if (again) {
      throw NotInOnePass.INSTANCE;
    }
    value.read(in);
  }

  @Override
  Normalizer.Kept kept() {
    return new Normalizer.Merged(tag);
  }
}
