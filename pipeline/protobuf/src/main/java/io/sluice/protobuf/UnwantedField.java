package io.sluice.protobuf;

import com.google.protobuf.Descriptors.FieldDescriptor;
import io.sluice.convert.Rejection;
import org.jspecify.annotations.Nullable;

/** A field of the message's type that the contract does not name. */
final class UnwantedField extends FieldPlan {
  private final UnknownNames unknown;
  private final String path;

  UnwantedField(
      FieldDescriptor field,
      @Nullable EnumNames closed,
      @Nullable OneofState oneof,
      UnknownNames unknown,
      String path) {
    super(field, closed, oneof);
    this.unknown = unknown;
    this.path = path;
  }

  @Override
  void read(Wire in, int tag, boolean again) throws Rejection {
    in.skip(tag);
    if (!again) {
      unknown.add(path);
    }
  }

  @Override
  Normalizer.Kept kept() {
    return new Normalizer.Last();
  }
}
